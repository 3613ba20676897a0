#include <algorithm>

#include "core/error.hpp"
#include "core/file.hpp"
#include "generate/generate.hpp"
#include "pipeline/guarding.hpp"
#include "pipeline/labelling.hpp"
#include "pipeline/metrics.hpp"
#include "pipeline/repair.hpp"
#include "pipeline/version_files.hpp"
#include "report/report.hpp"
#include "validate/equation_of_state.hpp"

namespace mlip::pipeline {

namespace {

using Points = std::vector<validate::EosPoint>;

nlohmann::json to_json(const validate::EquationOfState& eos) {
  nlohmann::json points = nlohmann::json::array();
  for (const auto& point : eos.points) points.push_back({point.volume, point.energy});
  return {{"points", points},
          {"fit",
           {{"a0", eos.lattice_constant},
            {"B", eos.bulk_modulus_gpa},
            {"V0", eos.volume},
            {"E0", eos.energy},
            {"B1", eos.bulk_derivative}}}};
}

struct Curves {
  std::optional<validate::EquationOfState> potential, dft;
};

/// Both curves go through the same structures: those DFT labelled.
Curves equations_of_state(const Run& run, const store::Version& version) {
  const ace::Evaluator model = load(files_of(run, version));
  Points potential, dft;
  for (const auto& record :
       records_of(run.database, store::State::labeled, {Role::equation_of_state})) {
    const auto& structure = record.candidate.structure;
    const auto atoms = double(structure.size());
    const double volume = structure.cell.volume() / atoms;
    dft.push_back({volume, *record.outcome.labels.energy / atoms});
    potential.push_back({volume, model.evaluate(structure).energy / atoms});
  }
  if (dft.size() < 4) return {};
  const auto reference = generate::ground_state(run.config.generate);
  const double volume = reference.cell.volume() / double(reference.size());
  const double lattice_constant = reference.cell.vectors.row(0).norm();
  return {validate::fit_eos(potential, volume, lattice_constant),
          validate::fit_eos(dft, volume, lattice_constant)};
}

std::vector<store::Property> properties_of(const Curves& curves, int generation) {
  const auto& p = *curves.potential;
  const auto& d = *curves.dft;
  return {{"lattice_constant", "Å", p.lattice_constant, d.lattice_constant, generation},
          {"bulk_modulus", "GPa", p.bulk_modulus_gpa, d.bulk_modulus_gpa, generation},
          {"equilibrium_energy", "eV/atom", p.energy, d.energy, generation}};
}

nlohmann::json store_curves(Run& run, int generation, const Curves& curves) {
  nlohmann::json document;
  if (curves.potential) document["potential"] = to_json(*curves.potential);
  if (curves.dft) document["dft"] = to_json(*curves.dft);
  if (!document.is_null()) run.database.put_document("eos", document.dump());
  if (!curves.potential || !curves.dft) return {{"properties", 0}};
  const auto properties = properties_of(curves, generation);
  for (const auto& property : properties) run.database.add_property(property);
  return {{"properties", properties.size()}};
}

/// Smallest held-out errors first.
std::vector<store::Version> by_quality(const Run& run) {
  auto versions = run.database.versions();
  std::ranges::stable_sort(versions, {}, held_out_badness);
  return versions;
}

void copy_to_run_folder(const Run& run, const store::Version& version) {
  const VersionFiles from = files_of(run, version), to = files_in(run.folder.root);
  for (const auto file :
       {&VersionFiles::yace, &VersionFiles::yaml, &VersionFiles::asi, &VersionFiles::committee})
    if (std::filesystem::exists(from.*file))
      core::write_atomically(to.*file, core::read_file(from.*file));
}

void tell(Run& run, const Proven& proven) {
  const int generation = proven.version.generation;
  const auto account = nlohmann::json::parse(proven.version.metrics_json);
  if (account.contains("repair"))
    run.tell(fmt::format("generation {} failed {} and was mended: {}", generation,
                         account.value("repaired", "a guard"),
                         account.at("repair").get<std::string>()));
  for (const auto& failed : proven.guards)
    if (!failed.held)
      run.tell(fmt::format("generation {} fails the guard '{}': {:.3g} {}, {}", generation,
                           failed.name, failed.value, failed.unit, failed.detail));
}

}  // namespace

bool Proven::sound() const {
  return std::ranges::all_of(guards, &validate::Guard::held);
}

Proven guard(Run& run) {
  const auto versions = by_quality(run);
  run.enter("guard", versions.size());
  std::optional<Proven> best;
  const auto beaten = [&best](const store::Version& version) {
    return best && best->sound() && held_out_badness(best->version) <= held_out_badness(version);
  };
  for (const store::Version& version : versions) {
    // One that had to be mended may predict worse than the next one as it is.
    if (beaten(version)) break;
    store::Version after = version;
    const auto result = once(
        run, fmt::format("guard/{}", version.generation),
        [&] {
          const double begin = now_seconds();
          auto proven = guarded(run, version);
          run.worked("guards", now_seconds() - begin, run.config.loop.workers);
          return proven;
        },
        [&](const Proven& proven) {
          after = proven.version;
          run.database.add_version(after);
          return to_json(proven.guards);
        });
    Proven proven{std::move(after), guards_from_json(result)};
    ++run.progress.done;
    tell(run, proven);
    if (!best || (proven.sound() && !beaten(proven.version))) best = std::move(proven);
  }
  return std::move(*best);
}

void validate(Run& run, const Proven& proven) {
  run.enter("validate", 1);
  const int generation = proven.version.generation;
  const auto result = once(
      run, fmt::format("validate/{}", generation),
      [&] { return equations_of_state(run, proven.version); },
      [&](const Curves& curves) { return store_curves(run, generation, curves); });
  run.progress.done = 1;
  run.tell(fmt::format("{} properties compared with DFT", result["properties"].get<int>()));
}

void publish(Run& run, const Proven& proven, StopReason reason) {
  const int generation = proven.version.generation;
  run.enter("done", 0);
  auto document = run_document(run, to_string(reason), generation);
  document["guards"] = to_json(proven.guards);
  if (proven.sound()) {
    copy_to_run_folder(run, proven.version);
    run.tell(fmt::format("{}: the potential of generation {} is published", to_string(reason),
                         generation));
  }
  run.database.put_document("run", document.dump());
  report::write_report(run.database, run.folder.root);
  if (!proven.sound())
    throw core::UserError(
        core::ExitCode::failed,
        fmt::format("no potential is published: every generation fails a guard; the best is "
                    "generation {}",
                    generation),
        "report.html tells which; give the run more wall_time, or look at its labels");
}

}  // namespace mlip::pipeline
