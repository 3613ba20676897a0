#include <fmt/format.h>

#include <array>
#include <memory>

#include "ace/files.hpp"
#include "app/commands.hpp"
#include "app/frames.hpp"
#include "core/error.hpp"
#include "fit/pacemaker/data_set.hpp"
#include "fit/pacemaker/installation.hpp"
#include "io/extended_xyz.hpp"

namespace mlip::app {

namespace {

namespace fs = std::filesystem;

struct ConvertArguments {
  std::string in, out, python;
};

enum class Format { yaml, yace, extended_xyz, data_set, database };

Format format_of(const std::string& file) {
  struct Ending {
    const char* text;
    Format format;
  };
  constexpr std::array endings = {
      Ending{".yaml", Format::yaml},           Ending{".yace", Format::yace},
      Ending{".extxyz", Format::extended_xyz}, Ending{".xyz", Format::extended_xyz},
      Ending{".pckl.gzip", Format::data_set},  Ending{".db", Format::database}};
  for (const Ending& ending : endings)
    if (file.ends_with(ending.text)) return ending.format;
  throw core::UserError(core::ExitCode::bad_input,
                        fmt::format("the name '{}' tells no format", file),
                        "use .yaml, .yace, .extxyz, .xyz, .pckl.gzip or .db");
}

bool is_potential(Format format) {
  return format == Format::yaml || format == Format::yace;
}

std::vector<io::Frame> read_frames(const ConvertArguments& arguments) {
  switch (format_of(arguments.in)) {
    case Format::data_set:
      return fit::pacemaker::read_data_set(arguments.in,
                                           fit::pacemaker::find_python(arguments.python));
    case Format::database: {
      std::vector<io::Frame> frames;
      const store::Database database(arguments.in, store::Database::Mode::read_only);
      for (const auto& record : database.all()) frames.push_back(to_frame(record));
      return frames;
    }
    default:
      return io::read_extended_xyz(fs::path(arguments.in));
  }
}

/// How many rows the database refused.
std::size_t write_database(const std::string& file, const std::vector<io::Frame>& frames,
                           const std::string& origin) {
  std::vector<store::Record> records;
  for (const auto& frame : frames) records.push_back(to_record(frame, origin));
  store::Database database(file, store::Database::Mode::read_write);
  std::size_t refused = 0;
  database.transaction([&] {
    for (const auto& record : records)
      if (!database.add(record)) ++refused;
  });
  return refused;
}

void convert_structures(const ConvertArguments& arguments) {
  const auto frames = read_frames(arguments);
  std::size_t refused = 0;
  switch (format_of(arguments.out)) {
    case Format::data_set:
      fit::pacemaker::write_data_set(arguments.out, frames,
                                     fit::pacemaker::find_python(arguments.python));
      break;
    case Format::database:
      refused = write_database(arguments.out, frames, arguments.in);
      break;
    default:
      io::write_extended_xyz(fs::path(arguments.out), frames);
  }
  fmt::print("{} structures in {}{}\n", frames.size() - refused, arguments.out,
             refused > 0 ? fmt::format(", {} refused as duplicates", refused) : "");
}

void convert_potential(const ConvertArguments& arguments) {
  const ace::Potential potential = ace::read_yaml(arguments.in);
  if (format_of(arguments.out) == Format::yace)
    ace::write_yace(potential, arguments.out);
  else
    ace::write_yaml(potential, arguments.out);
  fmt::print("{} functions in {}\n", potential.function_count(), arguments.out);
}

void convert(const ConvertArguments& arguments) {
  const Format from = format_of(arguments.in), to = format_of(arguments.out);
  if (is_potential(from) != is_potential(to))
    throw core::UserError(
        core::ExitCode::bad_input,
        fmt::format("'{}' cannot become '{}': one is a potential, the other holds structures",
                    arguments.in, arguments.out));
  if (from == Format::yace)
    throw core::UserError(
        core::ExitCode::bad_input,
        fmt::format("'{}' cannot be turned back: its functions are merged", arguments.in),
        "start from the .yaml it was made from");
  is_potential(from) ? convert_potential(arguments) : convert_structures(arguments);
}

}  // namespace

void add_convert(CLI::App& program, int&) {
  const auto arguments = std::make_shared<ConvertArguments>();
  auto* command = program.add_subcommand(
      "convert", ".yaml to .yace; .extxyz, .xyz, .pckl.gzip (Pacemaker) and .db into each other");
  command->add_option("IN", arguments->in, "file to read; its name tells the format")->required();
  command->add_option("OUT", arguments->out, "file to write; its name tells the format")
      ->required();
  command->add_option("--python", arguments->python,
                      "Python with pandas and ase, for .pckl.gzip; else Pacemaker's, else python3");
  command->callback([arguments] { convert(*arguments); });
}

}  // namespace mlip::app
