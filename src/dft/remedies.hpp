/// What the tables of faults and remedies of all programs have in common.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/experience.hpp"

namespace mlip::dft {

/// What follows when the ladder of a fault is used up; stop_run does not climb it.
enum class Consequence { give_up, stop_run, heal_then_stop_run };

/// numerics: the label is the same.  bridge: another physics on the way, only what the target
/// settings give from there is a label.  physics: another level of theory; no table has one.
enum class RemedyKind { numerics, bridge, physics };

/// When a rung is worth trying.
enum class Condition { always, converging, smearing, alternating, several_ranks };

template <class Fault>
struct FaultEntryOf {
  Fault fault;
  std::string_view name;  ///< as recorded in core::Attempt
  std::string_view meaning;
  Consequence consequence;
  std::string_view advice;  ///< to the user, where the run stops
};

template <class Fault, class Numerics>
struct RemedyOf {
  Fault fault;
  RemedyKind kind;
  Condition condition;
  std::string_view name;      ///< as recorded in core::Attempt
  void (*change)(Numerics&);  ///< on top of what the attempt before used
  double wait_seconds = 0;    ///< before the attempt
};

/// What was done so far on a structure.
struct History {
  std::vector<std::string> remedies;  ///< names, oldest first
  bool smearing = true;               ///< of the target settings
  bool converging = false;            ///< ln(accuracy) fell faster than 0.2 an iteration
  bool alternating = false;           ///< an element orders antiferromagnetically
  bool several_ranks = false;         ///< the first attempt had more than one
};

[[nodiscard]] bool applies(Condition condition, const History& history);

/// For the reference pages: the rung's kind, and when it is climbed.
[[nodiscard]] std::string text_of(RemedyKind kind, Condition condition);

/// The rungs of one ladder of a table in the order to climb: numerics before bridges, then those
/// that worked most often, then the table's order.
template <class Table, class Fault>
[[nodiscard]] auto ladder_of(const Table& table, const FaultEntryOf<Fault>& fault,
                             const core::Tallies& known) {
  std::vector<typename Table::value_type> rungs;
  for (const auto& remedy : table)
    if (remedy.fault == fault.fault) rungs.push_back(remedy);
  std::ranges::stable_sort(rungs, {}, [&](const auto& remedy) {
    const auto tally = known.find({std::string(fault.name), std::string(remedy.name)});
    return std::pair(remedy.kind, tally == known.end() ? 0 : -tally->second.successes);
  });
  return rungs;
}

/// The next rung above the highest one tried; none where there is none.  Rungs passed over stay
/// behind: a ladder is only climbed.
template <class Remedy>
[[nodiscard]] std::optional<Remedy> next_rung(const std::vector<Remedy>& rungs,
                                              const History& history) {
  auto rung = rungs.begin();
  for (auto it = rungs.begin(); it != rungs.end(); ++it)
    if (std::ranges::count(history.remedies, it->name) > 0) rung = it + 1;
  for (; rung != rungs.end(); ++rung)
    if (applies(rung->condition, history)) return *rung;
  return std::nullopt;
}

}  // namespace mlip::dft
