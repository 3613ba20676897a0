#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/units.hpp"
#include "report/chart.hpp"
#include "report/sections.hpp"

namespace mlip::report {

namespace {

std::vector<std::pair<double, double>> points_of(const Json& curve) {
  std::vector<std::pair<double, double>> points;
  for (const Json& point : child(curve, "points"))
    if (point.is_array() && point.size() == 2 && point[0].is_number() && point[1].is_number())
      points.emplace_back(point[0].get<double>(), point[1].get<double>());
  std::sort(points.begin(), points.end());
  return points;
}

/// Birch and Murnaghan's third-order energy above the minimum, eV/atom.
double birch_murnaghan(double volume, double v0, double bulk_ev_per_a3, double derivative) {
  const double x = std::pow(v0 / volume, 2.0 / 3);
  return 9 * v0 * bulk_ev_per_a3 / 16 *
         ((x - 1) * (x - 1) * (x - 1) * derivative + (x - 1) * (x - 1) * (6 - 4 * x));
}

struct Curve {
  const char* key;
  const char* name;
  int color;
};

/// Dots and the fitted line of one equation of state, in meV/atom above its own minimum.
std::vector<Series> series_of(const Json& eos, const Curve& curve) {
  const Json& entry = child(eos, curve.key);
  const auto points = points_of(entry);
  if (points.empty()) return {};
  const Json& fit = child(entry, "fit");
  const auto v0 = number(fit, "V0"), bulk = number(fit, "B"), derivative = number(fit, "B1"),
             e0 = number(fit, "E0");
  double zero = e0.value_or(INFINITY);
  if (!e0)
    for (const auto& [volume, energy] : points) zero = std::min(zero, energy);
  Series dots{"", Series::Mark::dots, curve.color, false, {}};
  for (const auto& [volume, energy] : points)
    dots.points.push_back(
        {volume, 1e3 * (energy - zero),
         fmt::format("{}: {} Å³/atom, {} meV/atom", curve.name, short_number(volume, 4),
                     short_number(1e3 * (energy - zero), 4))});
  Series line{curve.name, Series::Mark::curve, curve.color, false, {}};
  if (v0 && bulk && derivative && e0) {
    const double low = points.front().first, high = points.back().first;
    for (int i = 0; i <= 60; ++i) {
      const double volume = low + (high - low) * i / 60;
      line.points.push_back(
          {volume, 1e3 * birch_murnaghan(volume, *v0, *bulk / core::gpa_per_ev_per_a3, *derivative),
           ""});
    }
  } else {
    line.points = dots.points;
  }
  return {line, dots};
}

std::string eos_chart(const Json& report) {
  Figure figure;
  figure.title = "Equation of state";
  figure.x_label = "volume (Å³/atom)";
  figure.y_label = "energy above minimum (meV/atom)";
  for (const Curve& curve : {Curve{"dft", "DFT", 1}, Curve{"potential", "potential", 0}}) {
    const Json& fit = child(child(child(report, "eos"), curve.key), "fit");
    for (Series& series : series_of(child(report, "eos"), curve))
      figure.series.push_back(std::move(series));
    if (const auto a0 = number(fit, "a0"), bulk = number(fit, "B"); a0 && bulk)
      figure.note += fmt::format("{}{}: a₀ = {} Å, B = {} GPa", figure.note.empty() ? "" : " · ",
                                 curve.name, short_number(a0, 5), short_number(bulk, 4));
  }
  return figure.series.empty() ? "" : draw(figure);
}

std::string readable_name(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::string error_pill(std::optional<double> percent) {
  if (!percent) return "–";
  const double size = std::abs(*percent);
  const std::string shown = size < 0.005 ? "0" : (*percent < 0 ? "−" : "+") + short_number(size, 2);
  return fmt::format("<span class=\"pill {}\">{} %</span>", size <= 5 ? "good" : "bad", shown);
}

/// Of each property the entry of the run's potential; the latest where it has none.
std::vector<const Json*> shown_properties(const Json& report) {
  std::vector<const Json*> shown;
  const Json& best = child(report, "best_generation");
  for (const Json& property : child(report, "properties")) {
    const auto same_name = std::find_if(shown.begin(), shown.end(), [&](const Json* other) {
      return text(*other, "name") == text(property, "name");
    });
    if (same_name == shown.end())
      shown.push_back(&property);
    else if (child(**same_name, "generation") != best)
      *same_name = &property;
  }
  return shown;
}

std::string property_table(const Json& report) {
  std::vector<std::vector<std::string>> rows;
  for (const Json* property : shown_properties(report)) {
    const std::string name = escape(readable_name(text(*property, "name")));
    rows.push_back({name + " <span class=\"soft\">(" + escape(text(*property, "unit")) + ")</span>",
                    short_number(number(*property, "value"), 6),
                    short_number(number(*property, "reference"), 6),
                    error_pill(number(*property, "error_percent")),
                    escape(text(*property, "generation"))});
  }
  if (rows.empty()) return "";
  return "<div class=\"panel\"><h3>Properties</h3>" +
         table({"property", "potential", "DFT", "difference", "generation"}, rows, 1) +
         "<p class=\"note\">The reference is the same DFT the labels come from.</p></div>";
}

/// How the published potential came through, where it did not at first.
std::string mended(const Json& report) {
  for (const Json& generation : child(report, "generations"))
    if (child(generation, "generation") == child(report, "best_generation") &&
        child(generation, "repair").is_string())
      return fmt::format(
          " As fitted it failed: {}; mended by: {}.",
          escape(child(generation, "repaired").is_string() ? text(generation, "repaired")
                                                           : "a guard"),
          escape(text(generation, "repair")));
  return "";
}

std::string guard_table(const Json& report) {
  std::vector<std::vector<std::string>> rows;
  for (const Json& guard : child(report, "guards")) {
    const bool held = child(guard, "held") == true;
    const std::string unit = text(guard, "unit");
    rows.push_back({escape(text(guard, "name")) +
                        (unit.empty() ? "" : " <span class=\"soft\">(" + escape(unit) + ")</span>"),
                    short_number(number(guard, "value")), short_number(number(guard, "limit")),
                    fmt::format("<span class=\"pill {}\">{}</span>", held ? "good" : "bad",
                                held ? "holds" : "fails"),
                    escape(text(guard, "detail"))});
  }
  if (rows.empty()) return "";
  return "<div class=\"panel\"><h3>Guards</h3>" +
         table({"guard", "measured", "limit", "", "how"}, rows, 1) +
         "<p class=\"note\">What a potential has to pass before it is let out." + mended(report) +
         "</p></div>";
}

}  // namespace

std::string validation_section(const Json& report) {
  const std::string content = eos_chart(report) + property_table(report) + guard_table(report);
  return section("validation", "What it predicts",
                 "Physical properties of the potential beside the same DFT.",
                 content.empty() ? "" : "<div class=\"grid2\">" + content + "</div>");
}

}  // namespace mlip::report
