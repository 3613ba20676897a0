#include <fmt/format.h>

#include <functional>
#include <map>
#include <memory>

#include "app/candidate_file.hpp"
#include "app/commands.hpp"
#include "app/frames.hpp"
#include "core/error.hpp"
#include "core/file.hpp"
#include "io/extended_xyz.hpp"
#include "report/gallery_page.hpp"

namespace mlip::app {

namespace {

struct GalleryArguments {
  std::vector<std::string> structures;
  std::string out = "gallery.html";
  std::size_t most = 24;
};

using VisitCandidate = std::function<void(core::Candidate&&)>;

void for_each_in_database(const std::string& file, const VisitCandidate& visit) {
  const store::Database database(file, store::Database::Mode::read_only);
  for (store::Record& record : database.all()) visit(std::move(record.candidate));
}

void for_each_in_file(const std::string& file, const VisitCandidate& visit) {
  const auto ends = [&](const char* end) { return file.ends_with(end); };
  if (ends(".db")) return for_each_in_database(file, visit);
  if (!ends(".xyz") && !ends(".extxyz")) {
    for (core::Structure& structure : read_all_structures(file)) {
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
    candidate.config_type = text_or(frame, "config_type", "structure");
    candidate.origin = text_or(frame, "origin", "");
    candidate.structure = std::move(frame.structure);
    visit(std::move(candidate));
  });
}

/// Twice through the files, so that they may be larger than the memory.
std::vector<report::GalleryKind> kinds_of(const GalleryArguments& arguments) {
  std::map<std::string, std::size_t> counts, seen;
  const auto for_each = [&](const VisitCandidate& visit) {
    for (const std::string& file : arguments.structures) for_each_in_file(file, visit);
  };
  for_each([&](core::Candidate&& candidate) { ++counts[candidate.config_type]; });
  std::map<std::string, report::GalleryKind> kinds;
  for_each([&](core::Candidate&& candidate) {
    const std::string name = candidate.config_type;
    auto& kind = kinds[name];
    kind.name = name;
    kind.structures = counts[name];
    if (report::is_shown(seen[name]++, counts[name], arguments.most))
      kind.shown.push_back(std::move(candidate));
  });
  std::vector<report::GalleryKind> all;
  for (auto& [name, kind] : kinds) all.push_back(std::move(kind));
  return all;
}

void write_gallery(const GalleryArguments& arguments) {
  const auto kinds = kinds_of(arguments);
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
