#include "pipeline/labelling.hpp"

#include <algorithm>

#include "core/element.hpp"
#include "dft/forecast.hpp"
#include "generate/generate.hpp"
#include "pipeline/steps.hpp"

namespace mlip::pipeline {

namespace {

std::string describe(const store::Record& record) {
  const auto& outcome = record.outcome;
  const std::string what = fmt::format("{} {} (row {})", record.candidate.config_type,
                                       record.candidate.structure.formula(), record.id);
  if (!outcome.accepted)
    return fmt::format("{} failed: {}", what,
                       outcome.attempts.empty() ? "no attempt" : outcome.attempts.back().fault);
  if (outcome.attempts.size() < 2) return fmt::format("{} labelled", what);
  return fmt::format("{} labelled after {} attempts, healed by {}", what, outcome.attempts.size(),
                     outcome.attempts.back().remedy);
}

void check_failures(const Run& run) {
  const auto failed = run.database.count(store::State::failed);
  const auto labeled = run.database.count(store::State::labeled);
  if (failed >= 6 && double(failed) > run.config.loop.failure_ratio * double(failed + labeled))
    throw core::UserError(
        core::ExitCode::failed, fmt::format("{} of {} labels failed", failed, failed + labeled),
        fmt::format("look at the failed runs in '{}'", (run.folder.scratch() / "failed").string()));
}

void worked_on(Run& run, const core::Outcome& outcome) {
  if (const double seconds = dft::seconds_of(outcome); seconds > 0)
    run.worked("dft", seconds, dft::core_seconds_of(outcome) / seconds);
}

/// Writes labels as they come.  A transaction waits for the disk: those that come within 50 ms of
/// the last one, 256 at most, share the next, so that a kill costs 50 ms of work at most.
class LabelWriter {
 public:
  explicit LabelWriter(Run& run) : run_(run) {}

  void add(store::Record record, dft::Forecast& forecast) {
    pending_.push_back(std::move(record));
    if (now_seconds() - flushed_ >= shared_seconds || pending_.size() == most_pending)
      flush(forecast);
  }
  void flush(dft::Forecast& forecast) {
    if (pending_.empty()) return;
    const double to_go = forecast.left(now_seconds());
    run_.database.transaction([&] {
      for (const auto& record : pending_) {
        run_.database.update(record);
        ++run_.progress.done;
        run_.tell(describe(record), to_go);
      }
    });
    pending_.clear();
    flushed_ = now_seconds();
  }

 private:
  static constexpr double shared_seconds = 0.05;
  static constexpr std::size_t most_pending = 256;
  Run& run_;
  std::vector<store::Record> pending_;
  double flushed_ = 0;
};

}  // namespace

dft::CostModel costs_known(const Run& run, const dft::Oracle& oracle) {
  dft::CostModel model;
  const std::string level = oracle.level_of_theory();
  for (const auto& record : run.database.with_state(store::State::labeled)) {
    const double seconds = dft::core_seconds_of(record.outcome);
    if (record.outcome.level_of_theory == level && seconds > 0)
      model.learn(oracle.cost(record.candidate.structure), seconds);
  }
  return model;
}

std::string job_name(std::int64_t row, std::string start) {
  std::ranges::replace(start, ' ', '_');
  return fmt::format("row_{}{}{}", row, start.empty() ? "" : "_", start);
}

std::vector<store::Record> records_of(const store::Database& database, store::State state,
                                      const std::vector<Role>& roles) {
  std::vector<store::Record> chosen;
  for (auto& record : database.with_state(state))
    if (std::find(roles.begin(), roles.end(), role(record)) != roles.end())
      chosen.push_back(std::move(record));
  std::stable_sort(chosen.begin(), chosen.end(),
                   [](const auto& a, const auto& b) { return a.priority > b.priority; });
  return chosen;
}

void label_records(Run& run, const dft::Oracle& oracle, std::vector<store::Record> records) {
  std::vector<dft::Job> jobs;
  for (const auto& record : records)
    jobs.push_back({record.candidate.structure, job_name(record.id)});
  std::stop_source batch;
  const std::stop_callback forward(run.stop, [&] { batch.request_stop(); });
  const bool usable = !run.database.versions().empty();
  run.executor->lay_out(oracle, jobs, batch.get_token());
  dft::Forecast forecast(oracle, jobs, run.executor->cores(), now_seconds(),
                         costs_known(run, oracle));
  LabelWriter writer(run);
  const auto done = [&](std::size_t index, const core::Outcome& outcome) {
    auto& record = records[index];
    worked_on(run, outcome);
    if (usable && run.out_of_time()) batch.request_stop();
    if (dft::interrupted(outcome)) return;
    forecast.finish(index, dft::core_seconds_of(outcome), now_seconds());
    record.outcome = outcome;
    record.state = outcome.accepted ? store::State::labeled : store::State::failed;
    writer.add(std::move(record), forecast);
  };
  try {
    run.executor->label(oracle, jobs, batch.get_token(), done);
  } catch (...) {
    writer.flush(forecast);
    throw;
  }
  writer.flush(forecast);
  run.check_stop();
  check_failures(run);
}

bool compute_again(Run& run, const dft::Oracle& oracle, std::vector<dft::Job> jobs,
                   const dft::Done& done) {
  std::stop_source batch;
  const std::stop_callback forward(run.stop, [&] { batch.request_stop(); });
  const bool usable = !run.database.versions().empty();
  std::size_t computed = 0;
  run.executor->lay_out(oracle, jobs, batch.get_token());
  run.executor->label(oracle, jobs, batch.get_token(),
                      [&](std::size_t index, const core::Outcome& outcome) {
                        worked_on(run, outcome);
                        if (usable && run.out_of_time()) batch.request_stop();
                        if (dft::interrupted(outcome)) return;
                        run.progress.done = ++computed;
                        done(index, outcome);
                      });
  run.check_stop();
  return computed == jobs.size();
}

void label_isolated_atoms(Run& run) {
  once(
      run, "isolated", [] { return 0; },
      [&](int) {
        for (const auto& symbol : run.config.elements) {
          store::Record record;
          record.candidate.structure =
              generate::isolated_atom(*core::atomic_number(symbol), run.config.loop.isolated_box);
          record.candidate.config_type = "isolated";
          record.candidate.origin = "free atom";
          record.state = store::State::queued;
          (void)run.database.add(record);
        }
        return nlohmann::json::object();
      });
  const auto queued = records_of(run.database, store::State::queued, {Role::isolated});
  run.enter("label", queued.size());
  for (const auto& record : queued)
    label_records(run, *run.oracles.isolated_atom(record.candidate.structure.numbers.front()),
                  {record});
  if (!records_of(run.database, store::State::failed, {Role::isolated}).empty())
    throw core::UserError(core::ExitCode::failed, "an isolated atom could not be labelled",
                          fmt::format("look at '{}'", (run.folder.scratch() / "failed").string()));
}

void label(Run& run, int generation) {
  run.progress.generation = generation;
  auto records = records_of(run.database, store::State::queued, {Role::training});
  std::erase_if(records, [&](const auto& r) { return r.candidate.generation > generation; });
  run.enter("label", records.size());
  label_records(run, *run.oracles.structures, std::move(records));
  review_magnetism(run, fmt::format("magnetism/{}/training", generation),
                   {{Role::training}, {Role::training}});
}

}  // namespace mlip::pipeline
