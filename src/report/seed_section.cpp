#include <fmt/format.h>

#include "report/chart.hpp"
#include "report/sections.hpp"

namespace mlip::report {

namespace {

Figure seed_figure(const Json& screen) {
  Series kept{"kept", Series::Mark::dots, 0, false, {}};
  Series rejected{"rejected", Series::Mark::dots, 7, false, {}};
  for (const Json& point : child(screen, "points")) {
    const auto volume = number(point, "volume"), energy = number(point, "energy");
    if (!volume || !energy) continue;
    auto& series = child(point, "kept") == true ? kept : rejected;
    series.points.push_back({*volume, *energy, ""});
  }
  Figure figure;
  figure.title = "Energy and volume of the seeds";
  figure.x_label = "volume (Å³/atom)";
  figure.y_label = "energy of the surrogate (eV/atom)";
  for (Series* series : {&rejected, &kept})
    if (!series->points.empty()) figure.series.push_back(std::move(*series));
  return figure;
}

}  // namespace

std::string seed_section(const Json& report) {
  const Json& screen = child(report, "surrogate_screen");
  if (!screen.is_object()) return "";
  std::string lead =
      fmt::format("{} {} screened the seed structures before DFT: {} kept", text(screen, "model"),
                  text(screen, "version"), text(screen, "kept"));
  for (const auto& [meaning, count] : child(screen, "rejected").items())
    lead += fmt::format("; {}: {}", meaning, count.dump());
  const Figure figure = seed_figure(screen);
  return section("seeds", "What it began with", lead + ".",
                 figure.series.empty() ? "<p></p>" : draw(figure));
}

}  // namespace mlip::report
