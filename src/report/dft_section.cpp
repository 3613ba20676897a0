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

/// Bins of equal width up to where nearly all structures lie; the last holds the rest.
struct Histogram {
  double step = 1;
  std::vector<int> counts;
  bool open_ended = false;
};

Histogram histogram_of(std::vector<double> costs) {
  std::sort(costs.begin(), costs.end());
  const double usual =
      costs[static_cast<std::size_t>(0.95 * static_cast<double>(costs.size() - 1))];
  Histogram histogram;
  histogram.open_ended = costs.back() > 2 * usual;
  const Axis range(Axis::Kind::linear, 0, histogram.open_ended ? 1.2 * usual : costs.back());
  if (const auto ticks = range.ticks(14); ticks.size() > 1)
    histogram.step = ticks[1].value - ticks[0].value;
  histogram.counts.resize(static_cast<std::size_t>(range.high() / histogram.step) + 1);
  for (const double cost : costs) {
    const double bin = std::max(0.0, cost / histogram.step);
    ++histogram.counts[static_cast<std::size_t>(
        std::min(bin, static_cast<double>(histogram.counts.size() - 1)))];
  }
  return histogram;
}

std::string cost_chart(const std::vector<double>& costs) {
  const Histogram histogram = histogram_of(costs);
  Figure figure;
  figure.compact = true;
  figure.title = "Cost of a structure";
  figure.x_label = "DFT time with all attempts (s)";
  figure.y_label = "structures";
  figure.bar_width = histogram.step;
  figure.x_low = 0;
  Series series{"", Series::Mark::bars, 0, false, {}};
  for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
    const double low = static_cast<double>(i) * histogram.step;
    const bool last = histogram.open_ended && i + 1 == histogram.counts.size();
    const std::string range =
        last ? fmt::format("{} s or more", plain_number(low))
             : fmt::format("{} – {} s", plain_number(low), plain_number(low + histogram.step));
    if (histogram.counts[i] > 0)
      series.points.push_back({low + histogram.step / 2, static_cast<double>(histogram.counts[i]),
                               fmt::format("{}: {} structures", range, histogram.counts[i])});
  }
  figure.series = {series};
  if (histogram.open_ended)
    figure.note = fmt::format("The last bar holds all that took longer; the dearest took {}.",
                              duration(*std::max_element(costs.begin(), costs.end())));
  return draw(figure);
}

std::string word_of(const std::string& name, const char* otherwise) {
  std::string words = name.empty() ? otherwise : name;
  std::replace(words.begin(), words.end(), '_', ' ');
  return escape(words);
}

std::string extra_time(const Json& row) {
  const auto seconds = number(row, "seconds");
  return seconds && *seconds > 0 ? duration(seconds) : "–";
}

using Rows = std::vector<std::vector<std::string>>;

/// What was tried against each fault, and how often it healed.
void add_remedies(const Json& dft, Rows& rows) {
  for (const Json& row : child(dft, "healing")) {
    const double tries = number(row, "tries").value_or(0),
                 healed = number(row, "successes").value_or(0);
    rows.push_back({word_of(text(row, "fault"), "–"), word_of(text(row, "remedy"), "–"),
                    escape(text(row, "tries")), escape(text(row, "successes")),
                    tries > 0 ? fmt::format("{:.0f} %", 100 * healed / tries) : "–",
                    extra_time(row)});
  }
}

/// Faults that a structure was given up for.
void add_last_faults(const Json& dft, Rows& rows) {
  for (const Json& row : child(dft, "remedies"))
    if (text(row, "outcome") == "given up")
      rows.push_back({word_of(text(row, "fault"), "–"), "<span class=\"pill bad\">given up</span>",
                      escape(text(row, "count")), "–", "–", "–"});
}

std::string remedy_table(const Json& dft) {
  Rows rows;
  add_remedies(dft, rows);
  add_last_faults(dft, rows);
  if (rows.empty())
    return "<div class=\"panel\"><h3>Faults and remedies</h3><p class=\"soft\">Every calculation "
           "succeeded at its first "
           "attempt.</p></div>";
  return "<div class=\"panel\"><h3>Faults and remedies</h3>" +
         table({"fault", "what was changed", "times", "healed", "share", "extra time"}, rows, 2) +
         "<p class=\"note\">The remedy that healed most is tried first, physics on the way last."
         "</p></div>";
}

std::string noise_panel(const Json& dft) {
  const Json& noise = child(dft, "noise");
  if (number(noise, "structures").value_or(0) < 1) return "";
  return fmt::format(
      "<div class=\"panel\"><h3>Noise of the labels</h3><p>{} labels computed again with a finer "
      "basis and mesh differ by {} meV/atom, {} meV/Å and {} GPa (root mean square); that took {}. "
      "Labels weigh accordingly in later fits, and no smaller error is asked for.</p></div>",
      text(noise, "structures"), short_number(number(noise, "energy_meV_per_atom")),
      short_number(number(noise, "force_meV_per_A")), short_number(number(noise, "stress_GPa")),
      duration(number(noise, "seconds")));
}

std::string magnetism_panel(const Json& dft) {
  const Json& magnetism = child(dft, "magnetism");
  std::vector<std::vector<std::string>> rows;
  for (const auto& [order, count] : child(magnetism, "orders").items())
    rows.push_back({escape(order), count.dump()});
  if (rows.empty()) return "";
  return "<div class=\"panel\"><h3>Magnetic states</h3>" + table({"order", "labels"}, rows, 1) +
         fmt::format(
             "<p class=\"note\">{} labels off their neighbours' branch were computed from "
             "other starts; {} of them moved to a lower state.</p></div>",
             text(magnetism, "reviewed"), text(magnetism, "moved"));
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
                 "<div class=\"narrow-wide\">" + cost_chart(costs) + remedy_table(dft) + "</div>" +
                     noise_panel(dft) + magnetism_panel(dft) + given_up_table(dft));
}

}  // namespace mlip::report
