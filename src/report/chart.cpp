#include "report/chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "report/html.hpp"

namespace mlip::report {

namespace {

using Mark = Series::Mark;

struct Size {
  double width, height;
};

Size size_of(const Figure& figure) {
  if (figure.compact) return figure.diagonal ? Size{370, 340} : Size{370, 270};
  return figure.diagonal ? Size{520, 440} : Size{520, 320};
}

constexpr double top = 14, right = 18, bottom = 48;
constexpr double letter = 6.7;  // px, mean width of a digit of a tick label

struct Frame {
  Axis x, y;
  double left, top, right, bottom;
};

bool drawable(const Point& point, const Figure& figure) {
  const auto fits = [](double value, Axis::Kind kind) {
    return std::isfinite(value) && (kind != Axis::Kind::logarithmic || value > 0);
  };
  return fits(point.x, figure.x_kind) && fits(point.y, figure.y_kind);
}

struct Bar {
  double x, bottom, top;
  const Series* series;
  const Point* point;
};

/// Bars at the same x stand on one another, in the order of the series.
std::vector<Bar> stack(const Figure& figure) {
  std::map<double, double> heights;
  std::vector<Bar> bars;
  for (const Series& series : figure.series) {
    if (series.mark != Mark::bars) continue;
    for (const Point& point : series.points) {
      if (!drawable(point, figure)) continue;
      double& height_there = heights[point.x];
      bars.push_back({point.x, height_there, height_there + point.y, &series, &point});
      height_there += point.y;
    }
  }
  return bars;
}

struct Extent {
  std::vector<double> x, y;
};

Extent extent(const Figure& figure, const std::vector<Bar>& bars) {
  Extent values;
  for (const Series& series : figure.series)
    for (const Point& point : series.points)
      if (series.mark != Mark::bars && drawable(point, figure)) {
        values.x.push_back(point.x);
        values.y.push_back(point.y);
      }
  for (const Bar& bar : bars) {
    values.x.insert(values.x.end(), {bar.x - figure.bar_width / 2, bar.x + figure.bar_width / 2});
    values.y.insert(values.y.end(), {0, bar.top});
  }
  for (const Guide& guide : figure.guides) values.y.push_back(guide.y);
  if (figure.diagonal) {
    values.x.insert(values.x.end(), values.y.begin(), values.y.end());
    values.y = values.x;
  }
  return values;
}

Axis limited(Axis::Kind kind, const Axis& axis, std::optional<double> low,
             std::optional<double> high) {
  return {kind, low.value_or(axis.low()), high.value_or(axis.high())};
}

Frame frame_of(const Figure& figure, const std::vector<Bar>& bars) {
  const Extent values = extent(figure, bars);
  Axis x =
      limited(figure.x_kind, axis_around(figure.x_kind, values.x), figure.x_low, figure.x_high);
  Axis y =
      limited(figure.y_kind, axis_around(figure.y_kind, values.y), figure.y_low, figure.y_high);
  if (!bars.empty()) y = Axis(figure.y_kind, 0, y.high());
  std::size_t longest = 1;
  for (const Tick& tick : y.ticks(6)) longest = std::max(longest, tick.label.size());
  const double left = 34 + letter * static_cast<double>(longest);
  const Size size = size_of(figure);
  const double floor = size.height - bottom;
  x.place(left, size.width - right);
  y.place(floor, top);
  return {x, y, left, top, size.width - right, floor};
}

std::string grid(const Frame& frame, const Figure& figure) {
  std::string svg;
  for (const Tick& tick : frame.y.ticks(6)) {
    const double y = frame.y.pixel(tick.value);
    svg += fmt::format(
        "<line class=\"grid\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>",
        frame.left, y, frame.right, y);
    svg +=
        fmt::format("<text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>",
                    frame.left - 8, y + 4, escape(tick.label));
  }
  for (const Tick& tick : frame.x.ticks(figure.compact ? 6 : 8)) {
    const double x = frame.x.pixel(tick.value);
    svg += fmt::format(
        "<line class=\"axis\" x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{0:.1f}\" y2=\"{2:.1f}\"/>", x,
        frame.bottom, frame.bottom + 5);
    svg += fmt::format(
        "<text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>", x,
        frame.bottom + 19, escape(tick.label));
  }
  svg +=
      fmt::format("<line class=\"axis\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>",
                  frame.left, frame.bottom, frame.right, frame.bottom);
  svg += fmt::format(
      "<text class=\"label\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>",
      (frame.left + frame.right) / 2, frame.bottom + 41, escape(figure.x_label));
  const double middle = (frame.top + frame.bottom) / 2;
  svg += fmt::format(
      "<text class=\"label\" x=\"12\" y=\"{0:.1f}\" text-anchor=\"middle\" transform=\"rotate(-90 "
      "12 {0:.1f})\">{1}</text>",
      middle, escape(figure.y_label));
  return svg;
}

std::string title_of(const Series& series, const Point& point) {
  if (!point.title.empty()) return escape(point.title);
  return escape(fmt::format("{}{}{}, {}", series.name, series.name.empty() ? "" : ": ",
                            short_number(point.x, 4), short_number(point.y, 4)));
}

std::string bars_svg(const Frame& frame, const Figure& figure, const std::vector<Bar>& bars) {
  std::string svg;
  for (const Bar& bar : bars) {
    const double x1 = frame.x.pixel(bar.x - figure.bar_width / 2),
                 x2 = frame.x.pixel(bar.x + figure.bar_width / 2);
    const double y1 = frame.y.pixel(bar.top), y2 = frame.y.pixel(bar.bottom);
    svg += fmt::format(
        "<rect class=\"bar f{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" "
        "height=\"{:.1f}\"><title>{}</title></rect>",
        bar.series->color, x1, y1, std::max(1.0, x2 - x1 - 1), std::max(0.0, y2 - y1),
        title_of(*bar.series, *bar.point));
  }
  return svg;
}

/// Through the points; a curve is a Catmull-Rom spline.
std::string path_of(const std::vector<std::pair<double, double>>& at, bool curve) {
  std::string path;
  for (std::size_t i = 0; i < at.size(); ++i) {
    if (i == 0) {
      path += fmt::format("M{:.1f} {:.1f}", at[0].first, at[0].second);
    } else if (!curve) {
      path += fmt::format("L{:.1f} {:.1f}", at[i].first, at[i].second);
    } else {
      const auto& before = at[i > 1 ? i - 2 : 0];
      const auto& after = at[std::min(i + 1, at.size() - 1)];
      path += fmt::format("C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}",
                          at[i - 1].first + (at[i].first - before.first) / 6,
                          at[i - 1].second + (at[i].second - before.second) / 6,
                          at[i].first - (after.first - at[i - 1].first) / 6,
                          at[i].second - (after.second - at[i - 1].second) / 6, at[i].first,
                          at[i].second);
    }
  }
  return path;
}

std::string series_svg(const Frame& frame, const Figure& figure, const Series& series) {
  std::vector<std::pair<double, double>> at;
  std::string dots;
  const double radius = series.mark == Mark::dots && series.points.size() > 60 ? 2.4 : 3.6;
  for (const Point& point : series.points) {
    if (!drawable(point, figure)) continue;
    at.emplace_back(frame.x.pixel(point.x), frame.y.pixel(point.y));
    dots += fmt::format(
        "<circle class=\"dot f{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\"><title>{}</title></circle>",
        series.color, at.back().first, at.back().second, radius, title_of(series, point));
  }
  std::string svg;
  if (series.mark != Mark::dots && !at.empty())
    svg += fmt::format("<path class=\"line s{}{}\" d=\"{}\"><title>{}</title></path>", series.color,
                       series.dashed ? " dashed" : "", path_of(at, series.mark == Mark::curve),
                       escape(series.name));
  if (series.mark == Mark::dots || series.mark == Mark::line_and_dots) svg += dots;
  return svg;
}

/// Whether the curves leave more room beside the guide at the left end than at the right.
bool is_free_at_left(const Frame& frame, const Figure& figure, double y) {
  double gap_left = INFINITY, gap_right = INFINITY;
  const double third = (frame.right - frame.left) / 3;
  for (const Series& series : figure.series)
    for (const Point& point : series.points) {
      if (!drawable(point, figure)) continue;
      const double x = frame.x.pixel(point.x), gap = std::abs(frame.y.pixel(point.y) - (y - 9));
      if (x < frame.left + third) gap_left = std::min(gap_left, gap);
      if (x > frame.right - third) gap_right = std::min(gap_right, gap);
    }
  return gap_left > gap_right;
}

std::string guides_svg(const Frame& frame, const Figure& figure) {
  std::string svg;
  for (const Guide& guide : figure.guides) {
    const double y = frame.y.pixel(guide.y);
    const bool at_left = is_free_at_left(frame, figure, y);
    svg += fmt::format(
        "<line class=\"guide\" x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{2:.1f}\" y2=\"{1:.1f}\"/>",
        frame.left, y, frame.right);
    svg += fmt::format(
        "<text class=\"guide-label\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>",
        at_left ? frame.left + 4 : frame.right - 4, y - 5, at_left ? "start" : "end",
        escape(guide.label));
  }
  if (figure.diagonal)
    svg += fmt::format(
        "<line class=\"guide\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>",
        frame.left, frame.bottom, frame.right, frame.top);
  return svg;
}

std::string legend(const Figure& figure) {
  std::string items;
  int named = 0;
  for (const Series& series : figure.series) {
    if (series.name.empty()) continue;
    ++named;
    items += fmt::format("<span><i class=\"key k{}{}\"></i>{}</span>", series.color,
                         series.dashed ? " dashed" : "", escape(series.name));
  }
  return named > 1 ? "<div class=\"legend\">" + items + "</div>" : "";
}

}  // namespace

std::string draw(const Figure& figure) {
  const std::vector<Bar> bars = stack(figure);
  const Size size = size_of(figure);
  const Frame frame = frame_of(figure, bars);
  std::string marks = bars_svg(frame, figure, bars);
  for (const Series& series : figure.series)
    if (series.mark != Mark::bars) marks += series_svg(frame, figure, series);
  return fmt::format(
      "<figure><figcaption>{0}</figcaption>{5}"
      "<svg class=\"chart\" viewBox=\"0 0 {1} {2}\" role=\"img\" "
      "aria-label=\"{0}\">{3}{4}{6}</svg>{7}</figure>\n",
      escape(figure.title), size.width, size.height, grid(frame, figure),
      figure.diagonal ? guides_svg(frame, figure) + marks : marks, legend(figure),
      figure.diagonal ? "" : guides_svg(frame, figure),
      figure.note.empty() ? "" : "<p class=\"note\">" + escape(figure.note) + "</p>");
}

}  // namespace mlip::report
