#include <fmt/format.h>

#include <ctime>

#include "report/sections.hpp"

namespace mlip::report {

namespace {

struct Card {
  std::string name, value, unit, below;
  bool words = false;
};

std::string html_of(const Card& card) {
  return fmt::format(
      "<div class=\"card\"><div class=\"name\">{}</div><div class=\"value{}\">{}{}</div><div "
      "class=\"below\">{}</div></div>",
      escape(card.name), card.words ? " words" : "", escape(card.value),
      card.unit.empty() ? "" : "<small>" + escape(card.unit) + "</small>", card.below);
}

Card error_card(const Json& report, const char* key, const std::string& name,
                const std::string& unit) {
  const auto error = number(child(best_of(report), "holdout"), key);
  const auto target = number(child(report, "targets"), key);
  Card card{name, short_number(error), error ? unit : "", "held out"};
  if (error && target)
    card.below =
        fmt::format("<span class=\"pill {}\">{} {}</span>", *error <= *target ? "good" : "bad",
                    *error <= *target ? "meets target" : "misses target", plain_number(target));
  return card;
}

bool meets_targets(const Json& report) {
  for (const auto& [key, target] : child(report, "targets").items()) {
    const auto error = number(child(best_of(report), "holdout"), key.c_str());
    if (!target.is_number() || !error || *error > target.get<double>()) return false;
  }
  return !child(report, "targets").empty();
}

std::string verdict(const Json& report) {
  const std::string reason = text(report, "stop_reason");
  if (reason.empty()) return "<div class=\"verdict info\">Still running</div>";
  return meets_targets(report) ? "<div class=\"verdict good\">All targets met</div>"
                               : "<div class=\"verdict bad\">Not all targets met</div>";
}

std::string capitalised(std::string words) {
  if (!words.empty())
    words[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(words[0])));
  return words;
}

std::string started(const Json& report) {
  const auto seconds = number(report, "started");
  if (!seconds) return text(report, "started");
  const auto time = static_cast<std::time_t>(*seconds);
  std::tm parts{};
  if (*seconds <= 0 || *seconds > 1e11 || !gmtime_r(&time, &parts)) return "";
  char buffer[40];
  return {buffer, std::strftime(buffer, sizeof buffer, "%Y-%m-%d %H:%M UTC", &parts)};
}

std::string subtitle(const Json& report) {
  std::string elements;
  for (const Json& element : child(report, "elements"))
    if (element.is_string()) elements += (elements.empty() ? "" : "–") + element.get<std::string>();
  std::string line =
      elements.empty() ? "Interatomic potential" : "Interatomic potential for " + elements;
  if (const std::string when = started(report); !when.empty()) line += " · started " + when;
  return line;
}

}  // namespace

std::string headline(const Json& report) {
  const Json& labels = child(report, "labels");
  const auto busy = number(report, "engine_busy_fraction");
  const std::string reason = text(report, "stop_reason"), name = text(report, "name");
  const std::string best = text(report, "best_generation");
  std::string cards;
  for (const Card& card :
       {error_card(report, "energy_rmse_meV_per_atom", "Energy error (RMSE)", "meV/atom"),
        error_card(report, "force_rmse_meV_per_A", "Force error (RMSE)", "meV/Å"),
        error_card(report, "stress_rmse_GPa", "Stress error (RMSE)", "GPa"),
        Card{"DFT labels", plain_number(number(labels, "accepted")), "",
             fmt::format("{} failed · {} held out", escape(text(labels, "failed")),
                         escape(text(labels, "holdout")))},
        Card{"Wall time", duration(number(report, "wall_s")), "",
             busy ? fmt::format("engines busy {:.0f} %", 100 * *busy) : ""},
        Card{"Stopped because", reason.empty() ? "not yet" : capitalised(reason), "",
             best.empty() ? "" : "potential of generation " + escape(best), true}})
    cards += html_of(card);
  return fmt::format(
      "<header><div><h1>{}</h1><p class=\"soft\">{}</p></div>{}</header><div "
      "class=\"cards\">{}</div>\n",
      escape(name.empty() ? "Potential report" : name), escape(subtitle(report)), verdict(report),
      cards);
}

}  // namespace mlip::report
