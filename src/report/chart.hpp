/// Charts as inline SVG: lines, dots and bars, with a legend and a title under the pointer for
/// every mark.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/axis.hpp"

namespace mlip::report {

struct Point {
  double x, y;
  std::string title;  ///< shown under the pointer; empty: made from x and y
};

struct Series {
  enum class Mark { line, curve, dots, line_and_dots, bars };
  std::string name;
  Mark mark = Mark::line;
  int color = 0;  ///< of the palette, 0 … 7
  bool dashed = false;
  std::vector<Point> points;
};

/// A horizontal line that means something, such as a threshold.
struct Guide {
  double y;
  std::string label;
};

struct Figure {
  std::string title;
  std::string x_label, y_label;
  Axis::Kind x_kind = Axis::Kind::linear, y_kind = Axis::Kind::linear;
  std::vector<Series> series;  ///< bars at the same x stand on one another
  std::vector<Guide> guides;
  double bar_width = 0.62;  ///< in units of x
  bool diagonal = false;    ///< parity: square, one range for both axes, and the line y = x
  std::optional<double> x_low, x_high, y_low, y_high;  ///< instead of the points' own range
  bool compact = false;  ///< for three in a row: smaller, so that its letters stay as large
  std::string note;      ///< a sentence under the chart
};

/// A <figure> with caption, SVG and legend; all texts are escaped.  Points that are not finite (or
/// ≤ 0 on a logarithmic axis) are left out.
[[nodiscard]] std::string draw(const Figure& figure);

}  // namespace mlip::report
