#include <algorithm>

#include "core/seed.hpp"
#include "pipeline/labelling.hpp"
#include "pipeline/steps.hpp"

namespace mlip::pipeline {

namespace {

/// Drawn from the seed, of the run's level of theory.
std::vector<store::Record> draw_labels(const Run& run, std::size_t wanted) {
  auto records = records_of(run.database, store::State::labeled, {Role::training, Role::holdout});
  const std::string level = run.oracles.structures->level_of_theory();
  std::erase_if(records, [&](const auto& r) { return r.outcome.level_of_theory != level; });
  std::ranges::sort(records, {}, &store::Record::id);
  auto engine = core::random_engine(run.config.seed, "noise");
  for (std::size_t i = 0; i < std::min(wanted, records.size()); ++i) {
    const auto left = static_cast<double>(records.size() - i);
    std::swap(records[i], records[i + static_cast<std::size_t>(core::uniform(engine) * left)]);
  }
  records.resize(std::min(wanted, records.size()));
  return records;
}

std::vector<Recomputed> recompute(Run& run, const std::vector<store::Record>& records) {
  std::vector<dft::Job> jobs;
  for (const auto& record : records)
    jobs.push_back({record.candidate.structure, fmt::format("noise_{}", record.id)});
  std::vector<Recomputed> sample;
  dft::compute_batch(
      *run.oracles.tighter, jobs, run.config.loop.workers, run.stop,
      [&](std::size_t k, const core::Outcome& outcome) {
        double seconds = 0;
        for (const auto& attempt : outcome.attempts) seconds += attempt.seconds;
        run.worked("dft", seconds, 1);
        ++run.progress.done;
        run.tell(fmt::format("row {} computed with tighter settings", records[k].id));
        if (!outcome.accepted) return;
        sample.push_back(
            {records[k].candidate.structure, records[k].outcome.labels, outcome.labels});
      });
  run.check_stop();
  return sample;
}

nlohmann::json to_json(const LabelNoise& noise) {
  return {{"structures", noise.structures},
          {"energy_meV_per_atom", noise.energy_mev_per_atom},
          {"force_meV_per_A", noise.force_mev_per_a},
          {"stress_GPa", noise.stress_gpa}};
}

}  // namespace

void measure_noise(Run& run) {
  if (!run.oracles.tighter || run.config.loop.noise_labels == 0 || run.out_of_time()) return;
  (void)once(
      run, "noise",
      [&] {
        const auto records = draw_labels(run, std::size_t(run.config.loop.noise_labels));
        run.enter("noise", records.size());
        const auto noise = label_noise(recompute(run, records));
        run.tell(fmt::format("noise of {} labels: {:.2f} meV/atom, {:.1f} meV/Å, {:.3f} GPa",
                             noise.structures, noise.energy_mev_per_atom, noise.force_mev_per_a,
                             noise.stress_gpa));
        return noise;
      },
      [&](const LabelNoise& noise) {
        run.database.put_document("noise", to_json(noise).dump());
        return to_json(noise);
      });
}

LabelNoise noise_of(const Run& run) {
  const auto document = run.database.document("noise");
  if (!document) return {};
  const auto json = nlohmann::json::parse(*document);
  return {json.at("structures"), json.at("energy_meV_per_atom"), json.at("force_meV_per_A"),
          json.at("stress_GPa")};
}

}  // namespace mlip::pipeline
