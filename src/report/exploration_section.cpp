#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "report/chart.hpp"
#include "report/sections.hpp"

namespace mlip::report {

namespace {

constexpr std::size_t most_points = 300;

/// [time, gamma, temperature] samples, thinned so that every peak stays.
std::vector<Point> thinned(const Json& samples) {
  std::vector<Point> all;
  for (const Json& sample : samples)
    if (sample.is_array() && sample.size() >= 2 && sample[0].is_number() && sample[1].is_number()) {
      const bool warm = sample.size() > 2 && sample[2].is_number();
      all.push_back({sample[0].get<double>(), sample[1].get<double>(),
                     fmt::format("{} ps: γ = {}{}", short_number(sample[0].get<double>()),
                                 short_number(sample[1].get<double>()),
                                 warm ? fmt::format(", {:.0f} K", sample[2].get<double>()) : "")});
    }
  const std::size_t stride = all.size() / most_points + 1;
  std::vector<Point> kept;
  for (std::size_t i = 0; i < all.size(); i += stride) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(i);
    const auto end = all.begin() + static_cast<std::ptrdiff_t>(std::min(i + stride, all.size()));
    kept.push_back(
        *std::max_element(begin, end, [](const Point& a, const Point& b) { return a.y < b.y; }));
  }
  return kept;
}

std::string ending(const Json& walk) {
  std::string line = "walk " + text(walk, "walker");
  const Json& range = child(walk, "temperature");
  if (range.is_array() && range.size() == 2 && range[0].is_number() && range[1].is_number())
    line += fmt::format(", {:.0f} → {:.0f} K", range[0].get<double>(), range[1].get<double>());
  const std::string end = text(walk, "end");
  return end.empty() ? line : line + ": " + end;
}

struct Range {
  std::optional<double> low, high;
};

Range shared_range(const std::map<int, Figure>& figures) {
  std::vector<double> values;
  for (const auto& [generation, figure] : figures) {
    for (const Guide& guide : figure.guides) values.push_back(guide.y);
    for (const Series& series : figure.series)
      for (const Point& point : series.points) values.push_back(point.y);
  }
  const Axis axis = axis_around(Axis::Kind::logarithmic, values);
  return {axis.low(), axis.high()};
}

}  // namespace

std::string exploration_section(const Json& report) {
  std::map<int, Figure> figures;
  for (const Json& walk : child(report, "gamma")) {
    const int generation = static_cast<int>(number(walk, "generation").value_or(0));
    Figure& figure = figures[generation];
    figure.title = fmt::format("Generation {}", generation);
    figure.x_label = "MD time (ps)";
    figure.y_label = "largest γ of any atom";
    figure.y_kind = Axis::Kind::logarithmic;
    const int color = static_cast<int>(figure.series.size() % 8);
    figure.series.push_back({"walk " + text(walk, "walker"), Series::Mark::line_and_dots, color,
                             false, thinned(child(walk, "samples"))});
    if (figure.series.back().points.size() > 40) figure.series.back().mark = Series::Mark::line;
    if (const auto threshold = number(walk, "threshold");
        threshold && *threshold > 0 && figure.guides.empty())
      figure.guides = {{*threshold, "to DFT above " + short_number(threshold, 2)}};
    figure.note += (figure.note.empty() ? "" : " · ") + ending(walk);
  }
  const Range range = shared_range(figures);
  std::string charts;
  const bool two_in_a_row = figures.size() == 2 || figures.size() == 4;
  for (auto& [generation, figure] : figures) {
    figure.compact = !two_in_a_row;
    figure.y_low = range.low;
    figure.y_high = range.high;
    charts += draw(figure);
  }
  return section(
      "exploration", "Where it was sent",
      "The extrapolation grade γ while molecular dynamics ran with the potential: where "
      "it rises above the "
      "threshold, the structure was cut out and labelled by DFT.",
      charts.empty()
          ? ""
          : (two_in_a_row ? "<div class=\"grid2\">" : "<div class=\"grid3\">") + charts + "</div>");
}

}  // namespace mlip::report
