#include "report/facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "core/experience.hpp"
#include "core/magnetic_order.hpp"

namespace mlip::report {

namespace {

using store::Record;
using store::State;

Json parse(const std::string& text) {
  Json json = Json::parse(text, nullptr, false);
  return json.is_discarded() ? Json() : json;
}

std::string outcome_of(const core::Attempt& attempt) {
  return attempt.fault == "none" || attempt.fault.empty() ? "healed" : "then " + attempt.fault;
}

bool is_fault(const core::Attempt& attempt) {
  return !attempt.fault.empty() && attempt.fault != "none";
}

/// Counts what was done about each fault and what came of it.
class RemedyTable {
 public:
  void add(const Record& record) {
    const auto& attempts = record.outcome.attempts;
    for (std::size_t i = 0; i < attempts.size(); ++i) {
      if (!is_fault(attempts[i])) continue;
      const bool last = i + 1 == attempts.size();
      if (last)
        count(attempts[i].fault, "", record.outcome.accepted ? "another kept" : "given up", 0);
      else
        count(attempts[i].fault, attempts[i + 1].remedy, outcome_of(attempts[i + 1]),
              attempts[i + 1].core_seconds());
    }
  }
  [[nodiscard]] Json json() const {
    Json rows = Json::array();
    for (const auto& [key, row] : rows_)
      rows.push_back({{"fault", std::get<0>(key)},
                      {"remedy", std::get<1>(key)},
                      {"outcome", std::get<2>(key)},
                      {"count", row.count},
                      {"seconds", row.seconds}});
    return rows;
  }

 private:
  struct Row {
    int count = 0;
    double seconds = 0;
  };
  void count(const std::string& fault, const std::string& remedy, const std::string& outcome,
             double seconds) {
    Row& row = rows_[{fault, remedy, outcome}];
    ++row.count;
    row.seconds += seconds;
  }
  std::map<std::tuple<std::string, std::string, std::string>, Row> rows_;
};

Json given_up(const Record& record) {
  const core::Attempt last =
      record.outcome.attempts.empty() ? core::Attempt{} : record.outcome.attempts.back();
  return {{"id", record.id},
          {"config_type", record.candidate.config_type},
          {"generation", record.candidate.generation},
          {"fault", last.fault},
          {"detail", last.detail}};
}

/// What healed what: each remedy of each fault, the best first.
Json healing_of(const std::vector<Record>& records) {
  core::Experience known;
  for (const Record& record : records) known.add(record.outcome.attempts);
  std::vector<std::pair<std::pair<std::string, std::string>, core::Tally>> rows(
      known.tallies.begin(), known.tallies.end());
  std::ranges::stable_sort(rows, [](const auto& a, const auto& b) {
    return std::pair(a.first.first, -a.second.successes) <
           std::pair(b.first.first, -b.second.successes);
  });
  Json list = Json::array();
  for (const auto& [key, tally] : rows)
    list.push_back({{"fault", key.first},
                    {"remedy", key.second},
                    {"tries", tally.tries},
                    {"successes", tally.successes},
                    {"seconds", tally.seconds}});
  return list;
}

}  // namespace

Json magnetism_facts(const std::vector<Record>& records) {
  Json orders = Json::object();
  int reviewed = 0, moved = 0;
  for (const Record& record : records) {
    if (record.state != State::labeled) continue;
    const std::string order = core::magnetic_order(record.outcome.labels);
    if (order.empty()) continue;
    orders[order] = orders.value(order, 0) + 1;
    const auto& attempts = record.outcome.attempts;
    const auto first_loser = std::ranges::find(attempts, "magnetic state", &core::Attempt::fault);
    if (first_loser == attempts.end()) continue;
    ++reviewed;
    moved += std::find_if(first_loser, attempts.end(), [](const core::Attempt& attempt) {
               return attempt.fault == "none";
             }) != attempts.end();
  }
  if (orders.empty()) return {};
  return {{"orders", orders}, {"reviewed", reviewed}, {"moved", moved}};
}

Json document(const store::Database& database, const std::string& name) {
  const auto text = database.document(name);
  return text ? parse(*text) : Json();
}

Json gallery_facts(const std::vector<Record>& records) {
  if (records.empty()) return {};
  std::map<std::string, std::size_t> counts;
  for (const Record& record : records) ++counts[record.candidate.config_type];
  Json kinds = Json::array();
  for (const auto& [name, count] : counts) kinds.push_back({{"name", name}, {"structures", count}});
  return {{"page", "gallery.html"}, {"kinds", kinds}};
}

Json label_facts(const std::vector<Record>& records) {
  std::map<State, int> states;
  std::map<std::string, int> types;
  std::map<int, std::map<std::string, int>> generations;
  int holdout = 0;
  for (const Record& record : records) {
    ++states[record.state];
    if (record.state != State::labeled) continue;
    const std::string type =
        record.candidate.config_type.empty() ? "other" : record.candidate.config_type;
    ++types[type];
    ++generations[record.candidate.generation][type];
    holdout += record.holdout ? 1 : 0;
  }
  Json by_generation = Json::array();
  for (const auto& [generation, counts] : generations)
    by_generation.push_back({{"generation", generation}, {"by_config_type", counts}});
  return {{"accepted", states[State::labeled]},
          {"failed", states[State::failed]},
          {"queued", states[State::queued]},
          {"candidates", states[State::candidate]},
          {"dropped", states[State::dropped]},
          {"holdout", holdout},
          {"by_config_type", types},
          {"by_generation", by_generation}};
}

Json dft_facts(const std::vector<Record>& records) {
  std::size_t attempts = 0;
  long scf_steps = 0;
  double total = 0;
  RemedyTable remedies;
  Json per_structure = Json::array(), lost = Json::array();
  for (const Record& record : records) {
    double seconds = 0;
    for (const auto& attempt : record.outcome.attempts) {
      seconds += attempt.core_seconds();
      scf_steps += attempt.scf_steps;
    }
    attempts += record.outcome.attempts.size();
    total += seconds;
    if (!record.outcome.attempts.empty()) per_structure.push_back(seconds);
    remedies.add(record);
    if (record.state == State::failed) lost.push_back(given_up(record));
  }
  return {{"attempts", attempts},
          {"seconds", total},
          {"scf_steps", scf_steps},
          {"seconds_per_structure", per_structure},
          {"remedies", remedies.json()},
          {"healing", healing_of(records)},
          {"given_up", lost},
          {"magnetism", magnetism_facts(records)}};
}

Json noise_facts(const store::Database& database) {
  Json noise = document(database, "noise");
  if (!noise.is_object()) return {};
  double seconds = 0;
  for (const std::string& name : database.document_names("noise/"))
    seconds += document(database, name).value("seconds", 0.0);
  noise["seconds"] = seconds;
  return noise;
}

Json generation_facts(const std::vector<store::Version>& versions, const Json& labels) {
  Json generations = Json::array();
  for (const auto& version : versions) {
    const Json metrics = parse(version.metrics_json);
    Json entry = {{"generation", version.generation}};
    for (const char* key : {"labels", "functions", "prior_strength", "seconds", "holdout", "train",
                            "repair", "repaired", "teacher"})
      if (metrics.is_object() && metrics.contains(key)) entry[key] = metrics[key];
    int fresh = 0;
    for (const Json& counts : labels["by_generation"])
      if (counts["generation"] == version.generation)
        for (const Json& count : counts["by_config_type"]) fresh += count.get<int>();
    entry["new_labels"] = fresh;
    entry["potential"] = {{"hash", version.hash},
                          {"yace", version.yace_file},
                          {"yaml", version.yaml_file},
                          {"asi", version.asi_file}};
    generations.push_back(entry);
  }
  return generations;
}

Json property_facts(const std::vector<store::Property>& properties) {
  Json list = Json::array();
  for (const auto& property : properties) {
    Json entry = {{"name", property.name}, {"value", property.value}, {"unit", property.unit}};
    if (property.reference) {
      entry["reference"] = *property.reference;
      if (*property.reference != 0)
        entry["error_percent"] =
            100 * (property.value - *property.reference) / std::abs(*property.reference);
    }
    entry["generation"] = property.generation;
    list.push_back(entry);
  }
  return list;
}

Json gamma_facts(const store::Database& database) {
  Json walks = Json::array();
  for (const std::string& name : database.document_names("gamma/")) {
    Json walk = document(database, name);
    if (!walk.is_object()) continue;
    int generation = 0, walker = 0;
    if (std::sscanf(name.c_str(), "gamma/%d/%d", &generation, &walker) != 2) continue;
    Json entry = {{"generation", generation}, {"walker", walker}};
    entry.update(walk);
    walks.push_back(entry);
  }
  std::stable_sort(walks.begin(), walks.end(), [](const Json& a, const Json& b) {
    return std::pair(a["generation"].get<int>(), a["walker"].get<int>()) <
           std::pair(b["generation"].get<int>(), b["walker"].get<int>());
  });
  return walks;
}

std::optional<int> best_generation(const Json& generations, const Json& run) {
  const Json published = run.is_object() ? run.value("published_generation", Json()) : Json();
  std::optional<int> last;
  for (const Json& generation : generations) {
    last = generation["generation"].get<int>();
    if (*last == published) break;
  }
  return last;
}

}  // namespace mlip::report
