#include "report/fit_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/chart.hpp"
#include "report/parity.hpp"
#include "report/sections.hpp"
#include "report/style.hpp"

namespace mlip::report {

namespace {

std::string facts(const Json& fit) {
  std::string items;
  for (const auto& [name, value] : child(fit, "facts").items())
    items += fmt::format("<dt>{}</dt><dd>{}</dd>", escape(name),
                         escape(value.is_string() ? value.get<std::string>() : value.dump()));
  return items.empty() ? "" : "<div class=\"panel\"><dl>" + items + "</dl></div>";
}

std::vector<std::string> error_row(const std::string& name, const Json& errors) {
  return {escape(name),
          escape(text(errors, "structures")),
          short_number(number(errors, "energy_rmse_meV_per_atom")),
          short_number(number(errors, "energy_mae_meV_per_atom")),
          short_number(number(errors, "force_rmse_meV_per_A")),
          short_number(number(errors, "force_mae_meV_per_A")),
          short_number(number(errors, "stress_rmse_GPa"))};
}

std::string error_table(const std::string& name, const Json& set) {
  std::vector<std::vector<std::string>> rows = {error_row("all", child(set, "errors"))};
  const Json& types = child(set, "by_type");
  if (types.size() > 1)
    for (const auto& [type, errors] : types.items()) rows.push_back(error_row(type, errors));
  return "<div class=\"panel\"><h3>" + escape(name) + "</h3>" +
         table({name, "structures", "E RMSE", "E MAE", "F RMSE", "F MAE", "σ RMSE"}, rows, 1) +
         "<p class=\"note\">E in meV/atom, F in meV/Å (components), σ in GPa.</p></div>";
}

std::string fitted_parity_chart(const Json& sets, const Quantity& quantity) {
  Figure figure = parity_figure(quantity, "labels");
  int color = 0;
  for (const auto& [name, set] : sets.items()) {
    Series series{name, Series::Mark::dots, color++, false, {}};
    for (const Pair& pair : pairs_of(set, quantity))
      series.points.push_back({pair.reference, pair.predicted, ""});
    if (!series.points.empty()) figure.series.push_back(std::move(series));
  }
  return figure.series.empty() ? "" : draw(figure);
}

/// Share of the labels with an error of at most x.
std::string error_distribution_chart(const Json& sets, const Quantity& quantity) {
  Figure figure;
  figure.compact = true;
  figure.title = fmt::format("{}: how many labels are met how well", quantity.name);
  figure.x_label = fmt::format("error ({})", quantity.unit);
  figure.y_label = "share of labels (%)";
  figure.x_kind = Axis::Kind::logarithmic;
  int color = 0;
  for (const auto& [name, set] : sets.items()) {
    std::vector<double> errors;
    for (const Pair& pair : pairs_of(set, quantity))
      errors.push_back(std::abs(pair.predicted - pair.reference));
    std::ranges::sort(errors);
    Series series{name, Series::Mark::line, color++, false, {}};
    const std::size_t step = errors.size() / 100 + 1;
    for (std::size_t k = 0; k < errors.size(); k += step)
      series.points.push_back(
          {errors[k], 100 * static_cast<double>(k + 1) / static_cast<double>(errors.size()), ""});
    if (!series.points.empty()) figure.series.push_back(std::move(series));
  }
  return figure.series.empty() ? "" : draw(figure);
}

std::string cost_chart(const Json& curve, const char* key, const char* title, const char* unit) {
  Figure figure;
  figure.title = title;
  figure.x_label = "cost (µs an atom, one thread)";
  figure.y_label = fmt::format("held-out RMSE ({})", unit);
  figure.x_kind = figure.y_kind = Axis::Kind::logarithmic;
  Series all{"tried", Series::Mark::line_and_dots, 0, false, {}};
  Series chosen{"chosen", Series::Mark::dots, 1, false, {}};
  for (const Json& point : curve) {
    const auto x = number(point, "microseconds_per_atom"), y = number(point, key);
    if (!x || !y) continue;
    const Point mark{*x, *y,
                     fmt::format("{} functions: {} {}, {} µs", text(point, "functions"),
                                 short_number(y), unit, short_number(x))};
    all.points.push_back(mark);
    if (child(point, "chosen") == true) chosen.points.push_back(mark);
  }
  figure.series = {all, chosen};
  return draw(figure);
}

std::string curve_section(const Json& fit) {
  const Json& curve = child(fit, "curve");
  if (curve.size() < 2) return "";
  std::vector<std::vector<std::string>> rows;
  for (const Json& point : curve)
    rows.push_back(
        {escape(text(point, "functions")) +
             (child(point, "chosen") == true ? " <span class=\"pill info\">chosen</span>" : ""),
         short_number(number(point, "energy_rmse_meV_per_atom")),
         short_number(number(point, "force_rmse_meV_per_A")),
         short_number(number(point, "microseconds_per_atom"))});
  return section("cost", "What accuracy costs",
                 "Errors on held-out folds of the training data for bases that hold one another.",
                 "<div class=\"grid2\">" +
                     cost_chart(curve, "energy_rmse_meV_per_atom", "Energy", "meV/atom") +
                     cost_chart(curve, "force_rmse_meV_per_A", "Force", "meV/Å") +
                     "</div><div class=\"panel\">" +
                     table({"functions", "E held out", "F held out", "µs/atom"}, rows, 1) +
                     "</div>");
}

std::string trial_section(const Json& fit) {
  const Json& trials = child(fit, "trials");
  if (trials.size() < 2) return "";
  std::vector<std::vector<std::string>> rows;
  for (const Json& trial : trials)
    rows.push_back({escape(text(trial, "shape")), plain_number(number(trial, "cutoff")),
                    escape(text(trial, "functions")), escape(text(trial, "structures")),
                    short_number(number(trial, "energy_rmse_meV_per_atom")),
                    short_number(number(trial, "force_rmse_meV_per_A"))});
  return section("cutoffs", "How far atoms look",
                 "Held-out errors of small bases on a sample of the structures.",
                 "<div class=\"panel\">" +
                     table({"functions of", "cutoff (Å)", "functions", "structures", "E held out",
                            "F held out"},
                           rows, 1) +
                     "</div>");
}

std::string error_sections(const Json& sets) {
  std::string tables, parities, shares;
  for (const auto& [name, set] : sets.items()) tables += error_table(name, set);
  for (const Quantity& quantity : quantities) {
    parities += fitted_parity_chart(sets, quantity);
    shares += error_distribution_chart(sets, quantity);
  }
  return section("errors", "How accurate it is", "Root mean square and mean absolute errors.",
                 tables) +
         section("parity", "Label by label",
                 "Energies of all structures, a sample of the force components and stresses.",
                 "<div class=\"grid3\">" + parities + "</div><div class=\"grid3\">" + shares +
                     "</div>");
}

}  // namespace

std::string render_fit_html(const Json& fit) {
  const std::string title = escape(text(fit, "title"));
  return fmt::format(
             "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
             "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
             "<title>{0}</title><link rel=\"icon\" href=\"data:,\"><style>{1}</style></head><body>"
             "<main>\n<header><h1>{0}</h1></header>\n",
             title, style) +
         section("facts", "What it is", "", facts(fit)) + error_sections(child(fit, "sets")) +
         curve_section(fit) + trial_section(fit) +
         "<footer>Made by mlip-auto. The same numbers are in metrics.json.</footer>\n"
         "</main></body></html>\n";
}

}  // namespace mlip::report
