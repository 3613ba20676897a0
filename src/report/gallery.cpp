#include "report/gallery.hpp"

#include <fmt/format.h>

#include <map>

namespace mlip::report {

std::vector<GalleryKind> gallery_kinds(const std::function<void(const VisitCandidate&)>& for_each,
                                       std::size_t most) {
  std::map<std::string, GalleryKind> kinds;
  std::map<std::string, std::size_t> seen;
  for_each([&](core::Candidate&& candidate) { ++kinds[candidate.config_type].structures; });
  for_each([&](core::Candidate&& candidate) {
    GalleryKind& kind = kinds[candidate.config_type];
    if (is_shown(seen[candidate.config_type]++, kind.structures, most))
      kind.shown.push_back(std::move(candidate));
  });
  std::vector<GalleryKind> all;
  for (auto& [name, kind] : kinds) {
    kind.name = name;
    all.push_back(std::move(kind));
  }
  return all;
}

core::Candidate pictured(const store::Record& record) {
  core::Candidate candidate = record.candidate;
  candidate.origin += fmt::format("{}{}{}, generation {}", candidate.origin.empty() ? "" : "; ",
                                  store::to_string(record.state),
                                  record.holdout ? " and held out" : "", candidate.generation);
  return candidate;
}

}  // namespace mlip::report
