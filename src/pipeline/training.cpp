#include "pipeline/background_fit.hpp"
#include "pipeline/items.hpp"
#include "pipeline/labelling.hpp"
#include "pipeline/metrics.hpp"
#include "pipeline/steps.hpp"
#include "pipeline/version_files.hpp"

namespace mlip::pipeline {

namespace {

void label_untrained(Run& run, int generation) {
  auto records =
      records_of(run.database, store::State::queued, {Role::holdout, Role::equation_of_state});
  run.enter("label", records.size());
  label_records(run, *run.oracles.structures, std::move(records));
  review_magnetism(run, fmt::format("magnetism/{}/untrained", generation),
                   {{Role::holdout, Role::equation_of_state},
                    {Role::training, Role::holdout, Role::equation_of_state}});
  measure_noise(run, generation);
}

}  // namespace

Trained fit_while_labelling(Run& run, int generation) {
  const std::string step = fmt::format("fit/{}", generation);
  const VersionFiles files = files_in(run.folder.generation(generation));
  std::optional<BackgroundFit> fitting;
  if (!run.database.find(step, run.physics_hash))
    fitting.emplace(run, generation, items_of(run, Role::training), isolated_energies(run));
  label_untrained(run, generation);
  run.enter("fit", 1);
  const auto result = once(
      run, step,
      [&] {
        const auto fitted = fitting->get(run);
        write(fitted, run.config.seed, files);
        return describe(run, generation, account_of(run, fitted, fitting->labels()), files);
      },
      [&](const store::Version& version) {
        run.database.add_version(version);
        return nlohmann::json::parse(version.metrics_json).at("holdout");
      });
  const fit::Metrics holdout = metrics_from_json(result);
  run.progress.done = run.progress.total = 1;
  run.progress.energy_rmse_mev_per_atom = holdout.energy_rmse_mev_per_atom;
  run.progress.force_rmse_mev_per_a = holdout.force_rmse_mev_per_a;
  run.tell(fmt::format("generation {} fitted: held-out {:.2f} meV/atom, {:.1f} meV/Å, {:.3f} GPa",
                       generation, holdout.energy_rmse_mev_per_atom, holdout.force_rmse_mev_per_a,
                       holdout.stress_rmse_gpa));
  return {load(files), holdout};
}

}  // namespace mlip::pipeline
