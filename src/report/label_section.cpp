#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "report/chart.hpp"
#include "report/sections.hpp"

namespace mlip::report {

namespace {

constexpr std::size_t most_types = 8;

using Counts = std::vector<std::pair<std::string, double>>;

Counts counts_of(const Json& object) {
  Counts counts;
  for (const auto& [name, count] : object.items())
    if (count.is_number()) counts.emplace_back(name, count.get<double>());
  std::stable_sort(counts.begin(), counts.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return counts;
}

/// Color of each type; the rarest share the last.
std::map<std::string, int> colors_of(const Counts& types) {
  std::map<std::string, int> colors;
  for (std::size_t i = 0; i < types.size(); ++i)
    colors[types[i].first] = static_cast<int>(std::min(i, most_types - 1));
  return colors;
}

std::string generation_chart(const Json& labels, const Counts& types) {
  Figure figure;
  figure.title = "New labels of each generation";
  figure.x_label = "generation";
  figure.y_label = "labels";
  figure.x_kind = Axis::Kind::whole;
  const auto colors = colors_of(types);
  for (const auto& [type, total] : types) {
    Series series{type, Series::Mark::bars, colors.at(type), false, {}};
    for (const Json& entry : child(labels, "by_generation")) {
      const auto generation = number(entry, "generation"),
                 count = number(child(entry, "by_config_type"), type.c_str());
      if (generation && count)
        series.points.push_back(
            {*generation, *count,
             fmt::format("generation {:.0f}, {}: {:.0f}", *generation, type, *count)});
    }
    figure.series.push_back(series);
  }
  return draw(figure);
}

std::string type_chart(const Counts& types) {
  double most = 1;
  for (const auto& [type, count] : types) most = std::max(most, count);
  std::string svg;
  const auto colors = colors_of(types);
  double y = 8;
  for (const auto& [type, count] : types) {
    const double width = 330 * count / most;
    svg += fmt::format(
        "<text class=\"tick\" x=\"122\" y=\"{:.0f}\" text-anchor=\"end\">{}</text>"
        "<rect class=\"bar f{}\" x=\"130\" y=\"{:.0f}\" width=\"{:.1f}\" height=\"20\" "
        "rx=\"3\"><title>{}: {:.0f}</title></rect>"
        "<text class=\"tick\" x=\"{:.1f}\" y=\"{:.0f}\">{:.0f}</text>",
        y + 15, escape(type), colors.at(type), y, width, escape(type), count, 138 + width, y + 15,
        count);
    y += 29;
  }
  return fmt::format(
      "<figure><figcaption>Labels by kind of structure</figcaption><svg class=\"chart\" "
      "viewBox=\"0 0 520 {:.0f}\" "
      "role=\"img\" aria-label=\"Labels by kind of structure\">{}</svg></figure>",
      y + 4, svg);
}

}  // namespace

std::string label_section(const Json& report) {
  const Json& labels = child(report, "labels");
  const Counts types = counts_of(child(labels, "by_config_type"));
  if (types.empty()) return "";
  const std::string lead = fmt::format(
      "{} structures labelled by DFT, {} of them held out of every fit; {} failed, {} were dropped "
      "before they "
      "cost anything, {} candidates were never needed.",
      text(labels, "accepted"), text(labels, "holdout"), text(labels, "failed"),
      text(labels, "dropped"), text(labels, "candidates"));
  return section(
      "labels", "What it learned from", lead,
      "<div class=\"grid2\">" + generation_chart(labels, types) + type_chart(types) + "</div>");
}

std::string gallery_section(const Json& report) {
  const Json& gallery = child(report, "gallery");
  const std::string page = text(gallery, "page");
  if (page.empty()) return "";
  std::string links;
  std::size_t k = 0;
  for (const Json& kind : child(gallery, "kinds"))
    links += fmt::format("<a class=\"pill info\" href=\"{}#kind{}\">{} {}</a>", escape(page), k++,
                         escape(text(kind, "name")), text(kind, "structures"));
  return section(
      "gallery", "What they look like",
      fmt::format(
          "Pictures of all kinds of structures, whatever became of them: {}, beside this page.",
          page),
      "<nav>" + links + "</nav>");
}

}  // namespace mlip::report
