#include "pipeline/screening.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "select/screen.hpp"
#include "surrogate/open.hpp"

namespace mlip::pipeline {

namespace {

struct Answer {
  potential::Evaluation evaluation;  ///< no forces where there is none
  std::string failure;
};

std::vector<Answer> evaluate_all(const surrogate::Surrogate& surrogate,
                                 const std::vector<core::Candidate>& candidates, int threads) {
  std::vector<Answer> answers(candidates.size());
  core::parallel_for(candidates.size(), threads, [&](std::size_t k) {
    try {
      answers[k].evaluation = surrogate.calculator->evaluate(candidates[k].structure);
    } catch (const core::UserError& error) {
      if (error.code() == core::ExitCode::missing_tool) throw;
      answers[k].failure = error.what();
    }
  });
  return answers;
}

nlohmann::ordered_json limits_of(const select::ScreenLimits& limits) {
  const auto number = [](double value) {
    return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json();
  };
  return {{"closest", number(limits.closest)},
          {"apart", number(limits.apart)},
          {"force_eV_per_A", number(limits.force)},
          {"window_eV_per_atom", number(limits.window)}};
}

nlohmann::ordered_json document_of(const surrogate::Surrogate& surrogate,
                                   const select::Screen& screen,
                                   const select::Screening& screening) {
  nlohmann::ordered_json rejected = nlohmann::ordered_json::object();
  nlohmann::ordered_json points = nlohmann::ordered_json::array();
  int kept = 0;
  for (std::size_t k = 0; k < screen.size(); ++k) {
    const bool good = screening.verdicts[k] == select::Verdict::kept;
    if (good)
      ++kept;
    else
      rejected[select::meaning(screening.verdicts[k])] =
          rejected.value(select::meaning(screening.verdicts[k]), 0) + 1;
    const auto [volume, energy] = screen.place(k);
    if (volume > 0) points.push_back({{"volume", volume}, {"energy", energy}, {"kept", good}});
  }
  return {
      {"model", surrogate.model},
      {"version", surrogate.version},
      {"energies", surrogate.energies},
      {"kept", kept},
      {"rejected", rejected},
      {"limits",
       {{"crystals", limits_of(screening.limits[1])}, {"others", limits_of(screening.limits[0])}}},
      {"points", points}};
}

}  // namespace

ScreenedSeeds screen_seeds(const SystemConfig& config, std::vector<core::Candidate> candidates) {
  ScreenedSeeds seeds;
  if (config.surrogate.model.empty() || !config.surrogate.screen) {
    seeds.kept = std::move(candidates);
    return seeds;
  }
  const int workers = config.loop.workers;
  const auto surrogate = surrogate::open_surrogate(config.surrogate.model, workers);
  const auto answers = evaluate_all(surrogate, candidates, workers);
  select::Screen screen;
  for (std::size_t k = 0; k < candidates.size(); ++k)
    screen.add(candidates[k].structure, answers[k].evaluation.energy, answers[k].evaluation.forces);
  const auto screening = screen.decide();
  for (std::size_t k = 0; k < candidates.size(); ++k) {
    if (screening.verdicts[k] == select::Verdict::kept) {
      seeds.kept.push_back(std::move(candidates[k]));
      continue;
    }
    store::Record record;
    record.candidate = std::move(candidates[k]);
    record.candidate.origin +=
        fmt::format("; rejected by {}: {}", surrogate.model,
                    answers[k].failure.empty() ? screen.reason(screening, k) : answers[k].failure);
    record.state = store::State::dropped;
    seeds.dropped.push_back(std::move(record));
  }
  seeds.document = document_of(surrogate, screen, screening);
  return seeds;
}

}  // namespace mlip::pipeline
