/// The page of a selection: what was offered, and what was taken of it, as maps.
#pragma once

#include <string>
#include <vector>

#include "report/chart.hpp"

namespace mlip::report {

/// A map: points in the plane, of what was offered, known before and taken.
struct SelectionMap {
  std::string title, x_label, y_label;
  std::vector<Point> offered, known, taken;
  std::string offered_name = "offered", taken_name = "taken";
  std::string note;
};

/// Self-contained HTML; a map without points is left out.  Of what was offered and known at most
/// `most_drawn` points are drawn, evenly spaced.
inline constexpr std::size_t most_drawn = 4000;
[[nodiscard]] std::string render_selection_html(const std::string& title, const std::string& lead,
                                                const std::vector<SelectionMap>& maps);

}  // namespace mlip::report
