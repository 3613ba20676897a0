#include "report/selection_page.hpp"

#include <fmt/format.h>

#include "report/html.hpp"
#include "report/sections.hpp"
#include "report/style.hpp"

namespace mlip::report {

namespace {

/// Evenly spaced ones.
std::vector<Point> thinned(const std::vector<Point>& points) {
  if (points.size() <= most_drawn) return points;
  std::vector<Point> kept;
  for (std::size_t k = 0; k < most_drawn; ++k)
    kept.push_back(points[k * points.size() / most_drawn]);
  return kept;
}

std::string chart_of(const SelectionMap& map) {
  Figure figure;
  figure.title = map.title;
  figure.x_label = map.x_label;
  figure.y_label = map.y_label;
  figure.note = map.note;
  const auto add = [&](const std::string& name, int color, std::vector<Point> points) {
    if (!points.empty())
      figure.series.push_back({name, Series::Mark::dots, color, false, std::move(points)});
  };
  add(map.offered_name, 7, thinned(map.offered));
  add("known before", 1, thinned(map.known));
  add(map.taken_name, 0, thinned(map.taken));
  return figure.series.empty() ? "" : draw(figure);
}

}  // namespace

std::string render_selection_html(const std::string& title, const std::string& lead,
                                  const std::vector<SelectionMap>& maps) {
  std::string page = fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
      "<title>{0}</title><link rel=\"icon\" href=\"data:,\"><style>{1}</style></head><body>"
      "<main>\n<header><h1>{0}</h1></header>\n",
      escape(title), style);
  std::string charts;
  for (const SelectionMap& map : maps) charts += chart_of(map);
  page += section("maps", "Where they lie", lead, charts);
  return page + "<footer>Made by mlip-auto select.</footer>\n</main></body></html>\n";
}

}  // namespace mlip::report
