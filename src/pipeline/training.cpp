#include "core/element.hpp"
#include "core/file.hpp"
#include "core/seed.hpp"
#include "fit/committee_file.hpp"
#include "pipeline/background_fit.hpp"
#include "pipeline/labelling.hpp"
#include "pipeline/metrics.hpp"
#include "pipeline/steps.hpp"

namespace mlip::pipeline {

namespace {

fit::Item to_item(const store::Record& record) {
  fit::Item item;
  item.structure = record.candidate.structure;
  item.labels = record.outcome.labels;
  item.force_mask = record.candidate.force_mask;
  item.fit_energy = item.fit_stress = record.candidate.fit_energy_and_stress;
  return item;
}

/// Labelled rows of one role at the run's level of theory.
std::vector<fit::Item> items_of(const Run& run, Role wanted) {
  std::vector<fit::Item> items;
  const std::string level = run.oracles.structures->level_of_theory();
  for (const auto& record : records_of(run.database, store::State::labeled, {wanted}))
    if (record.outcome.level_of_theory == level) items.push_back(to_item(record));
  return items;
}

std::vector<double> isolated_energies(const Run& run) {
  std::vector<double> energies;
  const auto atoms = records_of(run.database, store::State::labeled, {Role::isolated});
  for (const auto& symbol : run.config.elements)
    for (const auto& record : atoms)
      if (record.candidate.structure.numbers.front() == *core::atomic_number(symbol))
        energies.push_back(*record.outcome.labels.energy);
  MLIP_ASSERT(energies.size() == run.config.elements.size());
  return energies;
}

struct Files {
  std::filesystem::path yaml, yace, asi, committee;
};

Files files_of(const RunFolder& folder, int generation) {
  const auto root = folder.generation(generation);
  return {root / "potential.yaml", root / "potential.yace", root / "potential.asi",
          root / "potential.committee"};
}

ace::Evaluator load(const Files& files) {
  return ace::Evaluator(ace::read_yaml(files.yaml), ace::read_asi(files.asi));
}

/// A trainer without a posterior leaves no committee.
void write(const fit::Fit& fitted, std::uint64_t seed, const Files& files) {
  std::filesystem::create_directories(files.yaml.parent_path());
  ace::write_yaml(fitted.potential, files.yaml);
  ace::write_yace(fitted.potential, files.yace);
  ace::write_asi(fitted.active_set, files.asi);
  if (fitted.information.mean.size() > 0)
    fit::write_committee(fitted, fit::usual_members, seed, files.committee);
}

void label_untrained(Run& run) {
  auto records =
      records_of(run.database, store::State::queued, {Role::holdout, Role::equation_of_state});
  run.enter("label", records.size());
  label_records(run, *run.oracles.structures, std::move(records));
}

store::Version describe(const Run& run, int generation, const fit::Fit& fitted,
                        std::size_t labels) {
  const Files files = files_of(run.folder, generation);
  const auto held_out = items_of(run, Role::holdout);
  const ace::Evaluator model = load(files);
  nlohmann::ordered_json metrics;
  metrics["holdout"] = to_json(fit::measure(model, held_out));
  metrics["train"] = to_json(fitted.train);
  metrics["engine"] = run.config.training.engine;
  metrics["labels"] = labels;
  metrics["functions"] = fitted.potential.function_count();
  metrics["prior_strength"] = fitted.prior_strength;
  metrics["log_evidence"] = fitted.log_evidence;
  metrics["seconds"] = {{"assembly", fitted.assembly_seconds},
                        {"solve", fitted.solve_seconds},
                        {"active_set", fitted.active_set_seconds}};
  metrics["parity"] = parity(model, held_out);
  store::Version version;
  version.generation = generation;
  version.hash = fmt::format("{:016x}", core::hash_text(core::read_file(files.yaml)));
  version.metrics_json = metrics.dump();
  version.yaml_file = std::filesystem::relative(files.yaml, run.folder.root).string();
  version.yace_file = std::filesystem::relative(files.yace, run.folder.root).string();
  version.asi_file = std::filesystem::relative(files.asi, run.folder.root).string();
  return version;
}

}  // namespace

Trained fit_while_labelling(Run& run, int generation) {
  const std::string step = fmt::format("fit/{}", generation);
  std::optional<BackgroundFit> fitting;
  if (!run.database.find(step, run.physics_hash))
    fitting.emplace(run, generation, items_of(run, Role::training), isolated_energies(run));
  label_untrained(run);
  run.enter("fit", 1);
  const auto result = once(
      run, step,
      [&] {
        const auto fitted = fitting->get(run);
        write(fitted, run.config.seed, files_of(run.folder, generation));
        return describe(run, generation, fitted, fitting->labels());
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
  return {load(files_of(run.folder, generation)), holdout};
}

}  // namespace mlip::pipeline
