#include <fmt/format.h>

#include <cmath>

#include "report/chart.hpp"
#include "report/sections.hpp"

namespace mlip::report {

namespace {

struct Quantity {
  const char* key;     ///< of holdout and train
  const char* parity;  ///< of parity
  const char* name;
  const char* unit;  ///< of the error
  const char* parity_unit;
};

constexpr Quantity quantities[] = {
    {"energy_rmse_meV_per_atom", "energy", "Energy", "meV/atom", "eV/atom"},
    {"force_rmse_meV_per_A", "force", "Force", "meV/Å", "eV/Å"},
    {"stress_rmse_GPa", "stress", "Stress", "GPa", "GPa"}};

Series error_series(const Json& report, const Quantity& quantity, const char* set,
                    const char* name) {
  const bool held_out = std::string(set) == "holdout";
  Series series{name, Series::Mark::line_and_dots, held_out ? 0 : 7, !held_out, {}};
  for (const Json& generation : child(report, "generations")) {
    const auto error = number(child(generation, set), quantity.key);
    const auto at = number(generation, "generation");
    if (error && at)
      series.points.push_back({*at, *error,
                               fmt::format("generation {:.0f}, {}: {} {}", *at, name,
                                           short_number(error), quantity.unit)});
  }
  return series;
}

std::string error_chart(const Json& report, const Quantity& quantity) {
  Figure figure;
  figure.compact = true;
  figure.title = fmt::format("{} error", quantity.name);
  figure.x_label = "generation";
  figure.y_label = fmt::format("RMSE ({})", quantity.unit);
  figure.x_kind = Axis::Kind::whole;
  figure.y_kind = Axis::Kind::logarithmic;
  figure.series = {error_series(report, quantity, "holdout", "held out"),
                   error_series(report, quantity, "train", "training")};
  if (figure.series[0].points.empty() && figure.series[1].points.empty()) return "";
  if (const auto target = number(child(report, "targets"), quantity.key); target && *target > 0)
    figure.guides = {{*target, "target " + plain_number(target)}};
  return draw(figure);
}

std::vector<std::pair<double, double>> pairs_of(const Json& list) {
  std::vector<std::pair<double, double>> pairs;
  for (const Json& pair : list)
    if (pair.is_array() && pair.size() == 2 && pair[0].is_number() && pair[1].is_number())
      pairs.emplace_back(pair[0].get<double>(), pair[1].get<double>());
  return pairs;
}

std::string parity_chart(const Json& report, const Quantity& quantity) {
  const auto pairs = pairs_of(child(child(report, "parity"), quantity.parity));
  if (pairs.empty()) return "";
  Figure figure;
  figure.compact = true;
  figure.title = fmt::format("{}: potential against DFT", quantity.name);
  figure.x_label = fmt::format("DFT ({})", quantity.parity_unit);
  figure.y_label = fmt::format("potential ({})", quantity.parity_unit);
  figure.diagonal = true;
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
                            short_number(largest, 2), quantity.parity_unit);
  return draw(figure);
}

std::string generation_table(const Json& report) {
  std::vector<std::vector<std::string>> rows;
  for (const Json& generation : child(report, "generations")) {
    const Json &held_out = child(generation, "holdout"), &train = child(generation, "train");
    const bool best = child(generation, "generation") == child(report, "best_generation");
    std::string name = escape(text(generation, "generation"));
    if (best) name += " <span class=\"pill info\">published</span>";
    rows.push_back({name, escape(text(generation, "labels")), escape(text(generation, "functions")),
                    short_number(number(held_out, quantities[0].key)),
                    short_number(number(held_out, quantities[1].key)),
                    short_number(number(held_out, quantities[2].key)),
                    short_number(number(train, quantities[0].key)),
                    short_number(number(train, quantities[1].key)),
                    short_number(number(train, quantities[2].key)),
                    short_number(number(generation, "prior_strength"))});
  }
  if (rows.empty()) return "";
  return "<div class=\"panel\"><h3>Every generation</h3>" +
         table({"generation", "labels", "functions", "E held out", "F held out", "σ held out",
                "E training", "F training", "σ training", "prior strength"},
               rows, 1) +
         "<p class=\"note\">Root mean square errors; E in meV/atom, F in meV/Å, σ in "
         "GPa.</p></div>";
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
