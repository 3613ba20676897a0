#include "report/convergence_page.hpp"

#include <fmt/format.h>

#include <array>

#include "report/chart.hpp"
#include "report/sections.hpp"
#include "report/style.hpp"

namespace mlip::report {

namespace {

struct Deviation {
  const char *key, *name, *unit;
};

constexpr std::array deviations = {
    Deviation{"energy_meV_per_atom", "Energy differences", "meV/atom"},
    Deviation{"force_meV_per_A", "Forces", "meV/Å"}, Deviation{"stress_GPa", "Stresses", "GPa"}};

std::string deviation_chart(const Json& series, const Json& wanted, const Deviation& deviation) {
  const auto chosen = number(series, "chosen");
  Figure figure;
  figure.compact = true;
  figure.title = deviation.name;
  figure.x_label = text(series, "name") +
                   (text(series, "unit").empty() ? "" : " (" + text(series, "unit") + ")");
  figure.y_label = fmt::format("largest deviation ({})", deviation.unit);
  figure.y_kind = Axis::Kind::logarithmic;
  Series tried{"tried", Series::Mark::line_and_dots, 0, false, {}};
  Series taken{"chosen", Series::Mark::dots, 1, false, {}};
  for (const Json& trial : child(series, "trials")) {
    const auto x = number(trial, "value"), y = number(trial, deviation.key);
    if (!x || !y) continue;
    tried.points.push_back({*x, *y, ""});
    if (x == chosen) taken.points.push_back({*x, *y, ""});
  }
  figure.series = {tried, taken};
  if (const auto limit = number(wanted, deviation.key)) figure.guides = {{*limit, "wanted"}};
  return draw(figure);
}

std::string trial_table(const Json& series) {
  std::vector<std::vector<std::string>> rows;
  for (const Json& trial : child(series, "trials")) {
    std::vector<std::string> row = {plain_number(number(trial, "value")) +
                                    (number(trial, "value") == number(series, "chosen")
                                         ? " <span class=\"pill info\">chosen</span>"
                                         : "")};
    for (const Deviation& deviation : deviations)
      row.push_back(short_number(number(trial, deviation.key)));
    row.push_back(short_number(number(trial, "core_seconds")));
    rows.push_back(std::move(row));
  }
  return "<div class=\"panel\">" +
         table({escape(text(series, "name")), "E (meV/atom)", "F (meV/Å)", "σ (GPa)",
                "core s (forecast)"},
               rows, 1) +
         "</div>";
}

std::string series_section(const Json& series, const Json& wanted) {
  std::string charts;
  for (const Deviation& deviation : deviations)
    charts += deviation_chart(series, wanted, deviation);
  const std::string name = text(series, "name"), unit = text(series, "unit");
  return section(escape(name), escape(name),
                 fmt::format("Against {} {}; {} {} is the cheapest that is good, as is the next.",
                             plain_number(number(series, "reference")), escape(unit),
                             plain_number(number(series, "chosen")), escape(unit)),
                 "<div class=\"grid3\">" + charts + "</div>" + trial_table(series));
}

std::string facts_of(const Json& convergence) {
  std::string items;
  for (const auto& [name, value] : child(convergence, "facts").items())
    items += fmt::format("<dt>{}</dt><dd>{}</dd>", escape(name),
                         escape(value.is_string() ? value.get<std::string>() : value.dump()));
  return "<div class=\"panel\"><dl>" + items + "</dl></div>";
}

}  // namespace

std::string render_convergence_html(const Json& convergence) {
  const std::string title = escape(text(convergence, "title"));
  std::string page = fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
      "<title>{0}</title><link rel=\"icon\" href=\"data:,\"><style>{1}</style></head><body>"
      "<main>\n<header><h1>{0}</h1></header>\n",
      title, style);
  page += section("facts", "What was found", "", facts_of(convergence));
  for (const Json& series : child(convergence, "series"))
    page += series_section(series, child(convergence, "wanted"));
  return page + "<footer>Made by mlip-auto converge.</footer>\n</main></body></html>\n";
}

}  // namespace mlip::report
