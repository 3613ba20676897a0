#include <fmt/format.h>

#include <memory>

#include "app/commands.hpp"
#include "app/frames.hpp"
#include "core/error.hpp"
#include "io/extended_xyz.hpp"
#include "store/database.hpp"

namespace mlip::app {

namespace {

struct DbArguments {
  std::string run, file;
};

store::Database open(const DbArguments& arguments, store::Database::Mode mode) {
  return store::Database(std::filesystem::path(arguments.run) / "mlip.db", mode);
}

void list(const DbArguments& arguments) {
  fmt::print("{:>5}  {:<9}  {:<10}  {:>3}  {:<12}  {:>14}  {:>8}\n", "id", "state", "kind", "gen",
             "formula", "energy eV", "gamma");
  for (const auto& r : open(arguments, store::Database::Mode::read_only).all()) {
    const auto& energy = r.outcome.labels.energy;
    fmt::print("{:>5}  {:<9}  {:<10}  {:>3}  {:<12}  {:>14}  {:>8}\n", r.id,
               store::to_string(r.state), r.candidate.config_type, r.candidate.generation,
               r.candidate.structure.formula(), energy ? fmt::format("{:.6f}", *energy) : "-",
               r.candidate.gamma ? fmt::format("{:.2f}", *r.candidate.gamma) : "-");
  }
}

void export_labels(const DbArguments& arguments) {
  std::vector<io::Frame> frames;
  for (const auto& r :
       open(arguments, store::Database::Mode::read_only).with_state(store::State::labeled))
    frames.push_back(to_frame(r));
  io::write_extended_xyz(arguments.file, frames);
  fmt::print("{} labelled structures in {}\n", frames.size(), arguments.file);
}

void import_candidates(const DbArguments& arguments) {
  auto database = open(arguments, store::Database::Mode::read_write);
  std::size_t stored = 0, refused = 0;
  const auto frames = io::read_extended_xyz(arguments.file);
  database.transaction([&] {
    for (const auto& frame : frames) {
      store::Record record;
      record.candidate.structure = frame.structure;
      record.candidate.config_type = "imported";
      record.candidate.origin = fmt::format("imported from {}", arguments.file);
      ++(database.add(record) ? stored : refused);
    }
  });
  fmt::print("{} candidates stored, {} refused as duplicates\n", stored, refused);
}

void check(const DbArguments& arguments) {
  std::size_t rows = 0;
  for (const auto& r : open(arguments, store::Database::Mode::read_only).all()) {
    ++rows;
    const bool good = core::is_finite(r.candidate.structure) &&
                      core::is_finite(r.outcome.labels, r.candidate.structure.size()) &&
                      (r.state != store::State::labeled || r.outcome.labels.energy.has_value());
    if (!good)
      throw core::UserError(core::ExitCode::failed,
                            fmt::format("row {} of the database is damaged", r.id));
  }
  fmt::print("{} rows, all sound\n", rows);
}

void add(CLI::App& command, const char* name, const char* help,
         const std::shared_ptr<DbArguments>& arguments, void (*work)(const DbArguments&),
         const char* file_help) {
  auto* sub = command.add_subcommand(name, help);
  sub->add_option("RUN", arguments->run, "folder of the run")->required();
  if (file_help != nullptr) sub->add_option("FILE", arguments->file, file_help)->required();
  sub->callback([arguments, work] { work(*arguments); });
}

}  // namespace

void add_db(CLI::App& program, int&) {
  const auto arguments = std::make_shared<DbArguments>();
  auto* command = program.add_subcommand("db", "look into the database of a run");
  command->require_subcommand(1);
  add(*command, "list", "a line each row", arguments, list, nullptr);
  add(*command, "export", "labelled structures as extended XYZ", arguments, export_labels,
      "extended XYZ file to write");
  add(*command, "import", "structures as candidates", arguments, import_candidates,
      "extended XYZ file to read");
  add(*command, "check", "every row is read and looked at", arguments, check, nullptr);
}

}  // namespace mlip::app
