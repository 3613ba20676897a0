#include "report/gallery.hpp"

#include <fmt/format.h>

#include <memory>

#include "app/candidate_file.hpp"
#include "app/commands.hpp"
#include "app/frames.hpp"
#include "core/error.hpp"
#include "core/file.hpp"
#include "io/extended_xyz.hpp"
#include "io/structure_file.hpp"

namespace mlip::app {

namespace {

struct GalleryArguments {
  std::vector<std::string> structures;
  std::string out = "gallery.html";
  std::size_t most = report::usual_pictures;
};

void for_each_in_database(const std::string& file, const report::VisitCandidate& visit) {
  const store::Database database(file, store::Database::Mode::read_only);
  for (const store::Record& record : database.all()) visit(report::pictured(record));
}

void for_each_in_file(const std::string& file, const report::VisitCandidate& visit) {
  const auto ends = [&](const char* end) { return file.ends_with(end); };
  if (ends(".db")) return for_each_in_database(file, visit);
  if (!ends(".xyz") && !ends(".extxyz")) {
    for (core::Structure& structure : io::read_structures(file)) {
      core::Candidate candidate;
      candidate.structure = std::move(structure);
      candidate.config_type = "structure";
      candidate.origin = file;
      visit(std::move(candidate));
    }
    return;
  }
  io::for_each_frame(file, [&](io::Frame&& frame) {
    core::Candidate candidate;
    candidate.config_type = info_or<std::string>(frame, "config_type", "structure");
    candidate.origin = info_or<std::string>(frame, "origin", "");
    candidate.structure = std::move(frame.structure);
    visit(std::move(candidate));
  });
}

void write_gallery(const GalleryArguments& arguments) {
  const auto kinds = report::gallery_kinds(
      [&](const report::VisitCandidate& visit) {
        for (const std::string& file : arguments.structures) for_each_in_file(file, visit);
      },
      arguments.most);
  if (kinds.empty())
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("no structures in '{}'", arguments.structures.front()),
                          "give a file that holds some");
  const std::string title = arguments.structures.size() == 1
                                ? arguments.structures.front()
                                : fmt::format("{} files", arguments.structures.size());
  core::write_atomically(arguments.out, report::render_gallery_html(title, kinds));
  std::size_t shown = 0;
  for (const auto& kind : kinds) shown += kind.shown.size();
  fmt::print("{} pictures of {} kinds: {}\n", shown, kinds.size(), arguments.out);
}

}  // namespace

void add_gallery(CLI::App& program, int&) {
  const auto arguments = std::make_shared<GalleryArguments>();
  auto* command =
      program.add_subcommand("gallery", "a page of pictures of structures, kind by kind");
  command
      ->add_option("STRUCTURES", arguments->structures,
                   "extended XYZ files, CIFs, POSCARs, and databases (.db) of runs")
      ->required();
  command->add_option("--most", arguments->most, "pictures of a kind, evenly spread over it")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--out", arguments->out, "the page")->capture_default_str();
  command->callback([arguments] { write_gallery(*arguments); });
}

}  // namespace mlip::app
