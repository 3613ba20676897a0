#include <fmt/format.h>

#include <cmath>

#include "report/chart.hpp"
#include "report/parity.hpp"
#include "report/sections.hpp"

namespace mlip::report {

namespace {

Series error_series(const Json& report, const Quantity& quantity, const char* set,
                    const char* name) {
  const bool held_out = std::string(set) == "holdout";
  Series series{name, Series::Mark::line_and_dots, held_out ? 0 : 7, !held_out, {}};
  for (const Json& generation : child(report, "generations")) {
    const auto error = number(child(generation, set), quantity.error);
    const auto at = number(generation, "generation");
    if (error && at)
      series.points.push_back({*at, *error,
                               fmt::format("generation {:.0f}, {}: {} {}", *at, name,
                                           short_number(error), quantity.error_unit)});
  }
  return series;
}

std::string error_chart(const Json& report, const Quantity& quantity) {
  Figure figure;
  figure.compact = true;
  figure.title = fmt::format("{} error", quantity.name);
  figure.x_label = "generation";
  figure.y_label = fmt::format("RMSE ({})", quantity.error_unit);
  figure.x_kind = Axis::Kind::whole;
  figure.y_kind = Axis::Kind::logarithmic;
  figure.series = {error_series(report, quantity, "holdout", "held out"),
                   error_series(report, quantity, "train", "training")};
  if (figure.series[0].points.empty() && figure.series[1].points.empty()) return "";
  if (const auto target = number(child(report, "targets"), quantity.error); target && *target > 0)
    figure.guides = {{*target, "target " + plain_number(target)}};
  return draw(figure);
}

std::string parity_chart(const Json& report, const Quantity& quantity) {
  const auto pairs = pairs_of(report, quantity);
  if (pairs.empty()) return "";
  Figure figure = parity_figure(quantity, "DFT");
  Series series{"", Series::Mark::dots, 0, false, {}};
  double largest = 0;
  for (const auto& [dft, predicted] : pairs) {
    series.points.push_back(
        {dft, predicted,
         fmt::format("DFT {}, potential {}, difference {}", short_number(dft, 5),
                     short_number(predicted, 5), short_number(predicted - dft, 2))});
    largest = std::max(largest, std::abs(predicted - dft));
  }
  figure.series = {series};
  figure.note = fmt::format("{} held-out values, largest difference {} {}", pairs.size(),
                            short_number(largest, 2), quantity.unit);
  return draw(figure);
}

/// How many times better the labels predict one another with the surrogate's prior.
std::string teacher(const Json& generation) {
  const Json& teacher = child(generation, "teacher");
  if (!teacher.is_object()) return "none";
  if (!teacher.value("heard", false)) return "not heard";
  return escape(fmt::format("{} ×", short_number(number(teacher, "held_out_gain"))));
}

std::string generation_table(const Json& report) {
  std::vector<std::vector<std::string>> rows;
  for (const Json& generation : child(report, "generations")) {
    const Json &held_out = child(generation, "holdout"), &train = child(generation, "train");
    const bool best = child(generation, "generation") == child(report, "best_generation");
    std::string name = escape(text(generation, "generation"));
    if (best) name += " <span class=\"pill info\">published</span>";
    rows.push_back({name, escape(text(generation, "labels")), escape(text(generation, "functions")),
                    short_number(number(held_out, quantities[0].error)),
                    short_number(number(held_out, quantities[1].error)),
                    short_number(number(held_out, quantities[2].error)),
                    short_number(number(train, quantities[0].error)),
                    short_number(number(train, quantities[1].error)),
                    short_number(number(train, quantities[2].error)),
                    short_number(number(generation, "prior_strength")), teacher(generation)});
  }
  if (rows.empty()) return "";
  return "<div class=\"panel\"><h3>Every generation</h3>" +
         table({"generation", "labels", "functions", "E held out", "F held out", "σ held out",
                "E training", "F training", "σ training", "prior strength", "teacher"},
               rows, 1) +
         "<p class=\"note\">Root mean square errors; E in meV/atom, F in meV/Å, σ in "
         "GPa; teacher: how many times better labels predict one another with the "
         "surrogate's.</p></div>";
}

}  // namespace

std::string error_section(const Json& report) {
  std::string errors, parities;
  for (const Quantity& quantity : quantities) {
    errors += error_chart(report, quantity);
    parities += parity_chart(report, quantity);
  }
  std::string body;
  if (!errors.empty()) body += "<div class=\"grid3\">" + errors + "</div>";
  if (!parities.empty()) body += "<div class=\"grid3\">" + parities + "</div>";
  return section(
      "errors", "How accurate it is",
      "Errors against DFT on structures the fit never saw, and on those it was trained on.",
      body + generation_table(report));
}

}  // namespace mlip::report
