#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/chart.hpp"
#include "report/sections.hpp"

namespace mlip::report {

namespace {

std::vector<double> costs_of(const Json& report) {
  std::vector<double> costs;
  for (const Json& seconds : child(child(report, "dft"), "seconds_per_structure"))
    if (seconds.is_number()) costs.push_back(seconds.get<double>());
  return costs;
}

std::string cost_chart(const std::vector<double>& costs) {
  if (costs.empty()) return "";
  const Axis whole(Axis::Kind::linear, 0, *std::max_element(costs.begin(), costs.end()));
  const auto ticks = whole.ticks(16);
  const double step = ticks.size() > 1 ? ticks[1].value - ticks[0].value : 1;
  std::vector<int> bins(static_cast<std::size_t>(whole.high() / step) + 1);
  for (const double cost : costs)
    ++bins[std::min(bins.size() - 1, static_cast<std::size_t>(std::max(0.0, cost) / step))];
  Figure figure;
  figure.title = "Cost of a structure";
  figure.x_label = "DFT time with all attempts (s)";
  figure.y_label = "structures";
  figure.bar_width = step;
  figure.x_low = 0;
  Series series{"", Series::Mark::bars, 0, false, {}};
  for (std::size_t i = 0; i < bins.size(); ++i) {
    const double low = static_cast<double>(i) * step;
    if (bins[i] > 0)
      series.points.push_back({low + step / 2, static_cast<double>(bins[i]),
                               fmt::format("{} – {} s: {} structures", short_number(low),
                                           short_number(low + step), bins[i])});
  }
  figure.series = {series};
  return draw(figure);
}

std::string word_of(const std::string& name, const char* otherwise) {
  std::string words = name.empty() ? otherwise : name;
  std::replace(words.begin(), words.end(), '_', ' ');
  return escape(words);
}

std::string outcome_pill(const std::string& outcome) {
  const char* kind = outcome == "healed" ? "good" : outcome == "given up" ? "bad" : "info";
  return fmt::format("<span class=\"pill {}\">{}</span>", kind, word_of(outcome, "–"));
}

std::string remedy_table(const Json& dft) {
  std::vector<std::vector<std::string>> rows;
  for (const Json& row : child(dft, "remedies"))
    rows.push_back({word_of(text(row, "fault"), "–"), word_of(text(row, "remedy"), "–"),
                    outcome_pill(text(row, "outcome")), escape(text(row, "count")),
                    duration(number(row, "seconds"))});
  if (rows.empty())
    return "<div class=\"panel\"><h3>Faults and remedies</h3><p class=\"soft\">Every calculation "
           "succeeded at its first "
           "attempt.</p></div>";
  return "<div class=\"panel\"><h3>Faults and remedies</h3>" +
         table({"fault", "what was changed", "outcome", "times", "extra time"}, rows, 3) + "</div>";
}

std::string given_up_table(const Json& dft) {
  std::vector<std::vector<std::string>> rows;
  for (const Json& row : child(dft, "given_up"))
    rows.push_back({escape(text(row, "id")), escape(text(row, "config_type")),
                    word_of(text(row, "fault"), "–"), escape(text(row, "detail"))});
  if (rows.empty()) return "";
  return "<div class=\"panel\"><h3>Structures given up</h3>" +
         table({"row", "kind", "fault", "evidence"}, rows, 4) + "</div>";
}

}  // namespace

std::string dft_section(const Json& report) {
  const Json& dft = child(report, "dft");
  const auto costs = costs_of(report);
  if (costs.empty()) return "";
  const double total = number(dft, "seconds").value_or(0);
  const std::string lead = fmt::format(
      "{} calculations for {} structures: {} of DFT in all, {} a structure on average, {} SCF "
      "steps.",
      text(dft, "attempts"), costs.size(), duration(total),
      duration(total / static_cast<double>(costs.size())), text(dft, "scf_steps"));
  return section("dft", "What it cost", lead,
                 "<div class=\"grid2\">" + cost_chart(costs) + remedy_table(dft) + "</div>" +
                     given_up_table(dft));
}

}  // namespace mlip::report
