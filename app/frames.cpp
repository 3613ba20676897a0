#include "app/frames.hpp"

#include <fmt/format.h>

#include <optional>

#include "core/error.hpp"

namespace mlip::app {

namespace {

/// As the file had it, but for zeros.
std::optional<std::string> text_of(const io::Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* logical = std::get_if<bool>(&value)) return *logical ? "T" : "F";
  if (const auto* whole = std::get_if<long>(&value)) return fmt::format("{}", *whole);
  if (const auto* real = std::get_if<double>(&value)) return fmt::format("{}", *real);
  return std::nullopt;
}

}  // namespace

template <class T>
T info_or(const io::Frame& frame, const std::string& key, T missing) {
  const auto found = frame.info.find(key);
  if (found == frame.info.end()) return missing;
  if constexpr (std::is_same_v<T, std::string>) {
    if (auto text = text_of(found->second)) return *text;
  } else if (const T* value = std::get_if<T>(&found->second)) {
    return *value;
  }
  if constexpr (std::is_same_v<T, double>)
    if (const long* value = std::get_if<long>(&found->second)) return static_cast<double>(*value);
  throw core::UserError(core::ExitCode::bad_input,
                        fmt::format("key '{}' holds another kind of value than expected", key));
}

template bool info_or(const io::Frame&, const std::string&, bool);
template long info_or(const io::Frame&, const std::string&, long);
template double info_or(const io::Frame&, const std::string&, double);
template std::string info_or(const io::Frame&, const std::string&, std::string);

namespace {

store::State state_of(const io::Frame& frame) {
  const auto given = info_or<std::string>(frame, "state", "");
  for (const auto state : {store::State::candidate, store::State::queued, store::State::labeled,
                           store::State::failed, store::State::dropped})
    if (given == store::to_string(state)) return state;
  if (!given.empty())
    throw core::UserError(core::ExitCode::bad_input, fmt::format("unknown state '{}'", given),
                          "one of candidate, queued, labeled, failed, dropped");
  return frame.labels.energy ? store::State::labeled : store::State::candidate;
}

}  // namespace

io::Frame to_frame(const store::Record& record) {
  const core::Candidate& candidate = record.candidate;
  io::Frame frame{candidate.structure, {}, {}, {}};
  if (record.state == store::State::labeled) frame.labels = record.outcome.labels;
  frame.info["config_type"] = candidate.config_type;
  frame.info["origin"] = candidate.origin;
  frame.info["generation"] = long(candidate.generation);
  frame.info["state"] = store::to_string(record.state);
  frame.info["priority"] = record.priority;
  frame.info["holdout"] = record.holdout;
  if (candidate.gamma) frame.info["gamma"] = *candidate.gamma;
  if (!record.outcome.level_of_theory.empty())
    frame.info["level_of_theory"] = record.outcome.level_of_theory;
  if (!candidate.fit_energy_and_stress)
    frame.info["energy_weight"] = frame.info["stress_weight"] = 0.0;
  if (!candidate.force_mask.empty())
    frame.columns["force_mask"] = {'R', 1, candidate.force_mask, {}};
  return frame;
}

store::Record to_record(const io::Frame& frame, const std::string& file) {
  store::Record record;
  core::Candidate& candidate = record.candidate;
  candidate.structure = frame.structure;
  candidate.config_type = info_or<std::string>(frame, "config_type", "imported");
  candidate.origin = info_or<std::string>(frame, "origin", fmt::format("imported from {}", file));
  candidate.generation = static_cast<int>(info_or<long>(frame, "generation", 0));
  if (frame.info.contains("gamma")) candidate.gamma = info_or<double>(frame, "gamma", 0);
  candidate.fit_energy_and_stress = info_or<double>(frame, "energy_weight", 1) != 0;
  if (const auto mask = frame.columns.find("force_mask"); mask != frame.columns.end()) {
    if (mask->second.numbers.size() != frame.structure.size())
      throw core::UserError(core::ExitCode::bad_input,
                            "column 'force_mask' must have one number an atom");
    candidate.force_mask = mask->second.numbers;
  }
  record.state = state_of(frame);
  record.priority = info_or<double>(frame, "priority", 0);
  record.holdout = info_or<bool>(frame, "holdout", false);
  record.outcome.labels = frame.labels;
  record.outcome.accepted = record.state == store::State::labeled;
  record.outcome.level_of_theory = info_or<std::string>(frame, "level_of_theory", "");
  return record;
}

}  // namespace mlip::app
