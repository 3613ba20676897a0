#include "app/selection_map.hpp"

#include <fmt/format.h>

#include <fstream>

#include "core/error.hpp"
#include "report/selection_page.hpp"
#include "select/principal_plane.hpp"

namespace mlip::app {

namespace {

/// "structure 17 of all (liquid), taken as number 3"
std::string title_of(const Offered& offered, std::size_t index, std::size_t rank) {
  std::string type;
  for (const auto& [name, number] : offered.offer.types)
    if (number == offered.offer.groups[index]) type = name;
  return fmt::format("structure {} ({}), taken as number {}", offered.offer.numbers[index], type,
                     rank);
}

report::SelectionMap principal_map(Offered& offered, const std::vector<Taken>& taken) {
  const auto plane = select::principal_plane(offered.points->points());
  const auto point = [&](std::size_t k, std::string title) -> report::Point {
    return {plane.points(0, Eigen::Index(k)), plane.points(1, Eigen::Index(k)), std::move(title)};
  };
  report::SelectionMap map;
  map.title = "Principal components of the descriptors";
  map.x_label = fmt::format("first ({:.0f} % of the variance)", 100 * plane.share[0]);
  map.y_label = fmt::format("second ({:.0f} %)", 100 * plane.share[1]);
  const auto& numbers = offered.offer.numbers;
  const std::size_t structures = numbers.size();
  for (std::size_t k = 0; k < structures; ++k)
    map.offered.push_back(point(k, fmt::format("structure {}", numbers[k])));
  for (std::size_t k = 0; k < offered.options.known; ++k)
    map.known.push_back(point(structures + k, fmt::format("known {}", k)));
  for (std::size_t rank = 0; rank < taken.size(); ++rank)
    map.taken.push_back(point(taken[rank].index, title_of(offered, taken[rank].index, rank)));
  map.note = "Near points may differ in directions that are not drawn.";
  return map;
}

report::SelectionMap energy_map(const SelectArguments& arguments, const Offered& offered,
                                const std::vector<Taken>& taken) {
  report::SelectionMap map;
  map.title = "Energy and volume";
  map.x_label = "volume (Å³/atom)";
  map.y_label = "energy (eV/atom)";
  std::map<std::size_t, std::size_t> ranks;
  for (std::size_t rank = 0; rank < taken.size(); ++rank) ranks[taken[rank].index] = rank;
  const auto add = [&](std::size_t k, io::Frame&& frame) {
    if (!frame.labels.energy || !frame.structure.cell.all_periodic()) return;
    const auto atoms = static_cast<double>(frame.structure.size());
    const double x = frame.structure.cell.volume() / atoms, y = *frame.labels.energy / atoms;
    map.offered.push_back({x, y, fmt::format("structure {}", offered.offer.numbers[k])});
    if (const auto found = ranks.find(k); found != ranks.end())
      map.taken.push_back({x, y, title_of(offered, k, found->second)});
  };
  for_each_offered(arguments, offered.offer, add);
  return map;
}

}  // namespace

void write_selection_map(const SelectArguments& arguments, Offered& offered,
                         const std::vector<Taken>& taken, const std::string& method) {
  const std::string lead = fmt::format(
      "{} of {} structures, by {} on {} descriptors; {} were known before.", taken.size(),
      offered.offer.groups.size(), method,
      arguments.potential.empty() ? arguments.descriptor : "ace", offered.options.known);
  std::ofstream out(arguments.map);
  out << report::render_selection_html(
      "Selection of structures", lead,
      {principal_map(offered, taken), energy_map(arguments, offered, taken)});
  if (!out.flush())
    throw core::UserError(core::ExitCode::failed, fmt::format("cannot write '{}'", arguments.map),
                          "choose a folder that can be written, on a disk with space");
}

}  // namespace mlip::app
