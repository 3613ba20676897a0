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

/// Mean of the structures that wait, by what those labelled so far took, with what failed.
double seconds_of_a_label(const Run& run, const Pool& pool) {
  const dft::Oracle& oracle = *run.oracles.structures;
  const auto law = costs_known(run, oracle).law();
  const auto expected = [&](const store::Record& record) {
    return law.seconds(oracle.cost(record.candidate.structure));
  };
  double spent = 0, labelled = 0, waiting = 0;
  for (const auto state : {store::State::labeled, store::State::failed})
    for (const auto& record : records_of(run.database, state, {Role::training, Role::holdout})) {
      spent += dft::core_seconds_of(record.outcome);
      if (state == store::State::labeled) labelled += expected(record);
    }
  for (const auto* records : {&pool.excursions, &pool.seeds})
    for (const auto& record : *records) waiting += expected(record);
  const std::size_t number = pool.excursions.size() + pool.seeds.size();
  return labelled > 0 && number > 0 ? spent / labelled * waiting / double(number) : 0;
}

std::size_t picks_wanted(const Run& run, int generation, const Pool& pool) {
  const auto& loop = run.config.loop;
  return std::size_t(payable_picks(loop.picks, run.time_left() * run.executor->cores(),
                                   seconds_of_a_label(run, pool),
                                   loop.max_generations - generation));
}

std::vector<store::Record> choose(const Run& run, int generation, const Trained& trained,
                                  Pool& pool) {
  const auto wanted = picks_wanted(run, generation, pool);
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
