#include <algorithm>

#include "dft/forecast.hpp"
#include "pipeline/heuristics.hpp"
#include "pipeline/labelling.hpp"
#include "pipeline/steps.hpp"
#include "select/select.hpp"

namespace mlip::pipeline {

namespace {

/// Largest grade among the atoms whose forces count.
double grade(const ace::Evaluator& model, const core::Candidate& candidate) {
  const auto gamma = model.evaluate(candidate.structure, {.gamma = true}).gamma;
  double largest = 0;
  for (std::size_t i = 0; i < gamma.size(); ++i)
    if (candidate.force_mask.empty() || candidate.force_mask[i] > 0)
      largest = std::max(largest, gamma[i]);
  return largest;
}

bool from_a_walk(const store::Record& record) {
  return record.candidate.generation > 0;
}

/// Rows whose grade was taken anew with the current potential; excursions that no longer
/// extrapolate are dropped.
struct Pool {
  std::vector<store::Record> excursions, seeds, dropped;
};

Pool rescore(const Run& run, const Trained& trained) {
  Pool pool;
  for (auto& record : run.database.with_state(store::State::candidate)) {
    record.candidate.gamma = grade(trained.model, record.candidate);
    if (!from_a_walk(record)) {
      pool.seeds.push_back(std::move(record));
    } else if (*record.candidate.gamma > 1) {
      pool.excursions.push_back(std::move(record));
    } else {
      record.state = store::State::dropped;
      pool.dropped.push_back(std::move(record));
    }
  }
  std::stable_sort(
      pool.excursions.begin(), pool.excursions.end(),
      [](const auto& a, const auto& b) { return *a.candidate.gamma > *b.candidate.gamma; });
  return pool;
}

/// Mean of the structures labelled so far, with what failed: what the next ones will be like.
double seconds_of_a_label(const Run& run) {
  double sum = 0;
  std::size_t labels = 0;
  for (const auto state : {store::State::labeled, store::State::failed})
    for (const auto& record : records_of(run.database, state, {Role::training, Role::holdout})) {
      sum += dft::core_seconds_of(record.outcome);
      labels += state == store::State::labeled ? 1 : 0;
    }
  return labels > 0 ? sum / double(labels) : 0;
}

std::size_t picks_wanted(const Run& run, int generation) {
  const auto& loop = run.config.loop;
  return std::size_t(payable_picks(loop.picks, run.time_left() * run.executor->cores(),
                                   seconds_of_a_label(run), loop.max_generations - generation));
}

std::vector<store::Record> choose(const Run& run, int generation, const Trained& trained,
                                  Pool& pool) {
  const auto wanted = picks_wanted(run, generation);
  const std::size_t walked = std::min(
      pool.excursions.size(), std::max(wanted / 2, wanted - std::min(wanted, pool.seeds.size())));
  std::vector<store::Record> chosen(pool.excursions.begin(),
                                    pool.excursions.begin() + long(walked));
  std::vector<core::Candidate> candidates;
  for (const auto& record : pool.seeds) candidates.push_back(record.candidate);
  std::vector<core::Candidate> known;
  for (const auto& record : records_of(run.database, store::State::labeled, {Role::training}))
    known.push_back(record.candidate);
  for (const auto& record : chosen) known.push_back(record.candidate);
  for (const auto& pick : select::d_optimal(candidates, known, trained.model, wanted - walked))
    chosen.push_back(pool.seeds[pick.index]);
  for (auto& record : chosen) {
    record.state = store::State::queued;
    record.priority = record.candidate.gamma.value_or(0);
    record.candidate.generation = generation;
  }
  return chosen;
}

}  // namespace

std::size_t pick(Run& run, int generation, const Trained& trained) {
  const auto result = once(
      run, fmt::format("pick/{}", generation),
      [&] {
        Pool pool = rescore(run, trained);
        auto changed = choose(run, generation, trained, pool);
        changed.insert(changed.end(), pool.dropped.begin(), pool.dropped.end());
        return changed;
      },
      [&](const std::vector<store::Record>& changed) {
        std::size_t queued = 0;
        for (const auto& record : changed) {
          run.database.update(record);
          queued += record.state == store::State::queued ? 1 : 0;
        }
        return nlohmann::json{{"queued", queued}, {"dropped", changed.size() - queued}};
      });
  run.tell(fmt::format("generation {}: {} labels queued, {} excursions no longer extrapolate",
                       generation, result["queued"].get<int>(), result["dropped"].get<int>()));
  return result["queued"].get<std::size_t>();
}

}  // namespace mlip::pipeline
