#include "store/key_values.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "store/ase_data.hpp"

namespace mlip::store {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<State, 5> states = {State::candidate, State::queued, State::labeled,
                                         State::failed, State::dropped};

State state_of(const std::string& name) {
  for (const State state : states)
    if (to_string(state) == name) return state;
  throw std::out_of_range(
      fmt::format("its state '{}' is none of candidate, queued, labeled, failed, dropped", name));
}

void put_text(Json& pairs, const char* key, const std::string& value) {
  if (!value.empty()) pairs[key] = is_plain_text(value) ? value : "_" + value;
}

void keep_exact(Json& data, const char* key, const std::string& value) {
  if (!is_plain_text(value)) data["exact"][key] = value;
}

std::string text(const Json& pairs, const Json& data, const char* key) {
  if (const auto exact = data.find("exact"); exact != data.end() && exact->contains(key))
    return exact->at(key).get<std::string>();
  const auto found = pairs.find(key);
  return found == pairs.end() || !found->is_string() ? "" : found->get<std::string>();
}

/// Python's True counts as 1.
std::optional<double> number(const Json& pairs, const char* key) {
  const auto found = pairs.find(key);
  if (found == pairs.end()) return std::nullopt;
  if (found->is_boolean()) return found->get<bool>() ? 1 : 0;
  if (!found->is_number()) throw std::out_of_range(fmt::format("its key '{}' is no number", key));
  return found->get<double>();
}

std::int64_t integer(const Json& pairs, const char* key, std::int64_t otherwise) {
  const auto found = pairs.find(key);
  if (found != pairs.end() && found->is_number_integer()) return found->get<std::int64_t>();
  return static_cast<std::int64_t>(number(pairs, key).value_or(static_cast<double>(otherwise)));
}

Json attempts_json(const std::vector<core::Attempt>& attempts) {
  Json list = Json::array();
  for (const auto& attempt : attempts) {
    list.push_back({{"fault", attempt.fault},
                    {"remedy", attempt.remedy},
                    {"seconds", attempt.seconds},
                    {"scf_steps", attempt.scf_steps},
                    {"detail", attempt.detail}});
    if (attempt.ranks > 1) list.back()["ranks"] = attempt.ranks;
  }
  return list;
}

std::vector<core::Attempt> attempts_of(const Json& list) {
  std::vector<core::Attempt> attempts;
  for (const auto& item : list)
    attempts.push_back({item.value("fault", ""), item.value("remedy", ""),
                        item.value("seconds", 0.0), item.value("scf_steps", 0),
                        item.value("detail", ""), item.value("ranks", 1)});
  return attempts;
}

}  // namespace

std::string to_string(State state) {
  switch (state) {
    case State::candidate:
      return "candidate";
    case State::queued:
      return "queued";
    case State::labeled:
      return "labeled";
    case State::failed:
      return "failed";
    case State::dropped:
      return "dropped";
  }
  MLIP_ASSERT(!"a state without a name");
  return {};
}

Json key_values_of(const Record& record) {
  Json pairs = Json::object();
  pairs["state"] = to_string(record.state);
  pairs["priority"] = record.priority;
  put_text(pairs, "config_type", record.candidate.config_type);
  if (record.candidate.gamma) pairs["uncertainty_gamma"] = *record.candidate.gamma;
  pairs["generation"] = record.candidate.generation;
  put_text(pairs, "level_of_theory", record.outcome.level_of_theory);
  pairs["holdout"] = record.holdout ? 1 : 0;
  if (record.parent) pairs["parent"] = *record.parent;
  return pairs;
}

Json data_of(const Record& record) {
  Json data = Json::object();
  data["origin"] = record.candidate.origin;
  data["fit_energy_and_stress"] = record.candidate.fit_energy_and_stress;
  data["accepted"] = record.outcome.accepted;
  data["force_mask"] = record.candidate.force_mask;
  data["magnetic_moments"] = record.outcome.labels.magnetic_moments;
  if (record.outcome.absolute_magnetization)
    data["absolute_magnetization"] = *record.outcome.absolute_magnetization;
  data["attempts"] = attempts_json(record.outcome.attempts);
  keep_exact(data, "config_type", record.candidate.config_type);
  keep_exact(data, "level_of_theory", record.outcome.level_of_theory);
  return data;
}

void read_key_values(const Json& pairs, const Json& data, Record& record) {
  if (pairs.contains("state")) record.state = state_of(pairs.at("state").get<std::string>());
  record.priority = number(pairs, "priority").value_or(0);
  record.holdout = number(pairs, "holdout").value_or(0) != 0;
  if (pairs.contains("parent")) record.parent = integer(pairs, "parent", 0);
  record.candidate.generation = static_cast<int>(integer(pairs, "generation", 0));
  record.candidate.gamma = number(pairs, "uncertainty_gamma");
  record.candidate.config_type = text(pairs, data, "config_type");
  record.candidate.origin = data.value("origin", "");
  record.candidate.fit_energy_and_stress = data.value("fit_energy_and_stress", true);
  const auto mask = data.find("force_mask");
  if (mask != data.end() && mask->is_array())
    record.candidate.force_mask = mask->get<std::vector<double>>();
  record.outcome.level_of_theory = text(pairs, data, "level_of_theory");
  record.outcome.absolute_magnetization = number(data, "absolute_magnetization");
  if (data.contains("attempts")) record.outcome.attempts = attempts_of(data.at("attempts"));
}

}  // namespace mlip::store
