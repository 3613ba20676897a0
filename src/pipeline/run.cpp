#include "pipeline/run.hpp"

#include "core/error.hpp"
#include "dft/ase_oracle.hpp"
#include "dft/espresso/espresso.hpp"
#include "dft/vasp/vasp.hpp"
#include "pipeline/timeline_store.hpp"

namespace mlip::pipeline {

std::shared_ptr<const dft::Oracle> open_oracle(const SystemConfig& config,
                                               const std::filesystem::path& scratch) {
  if (config.vasp) return std::make_shared<dft::vasp::Vasp>(*config.vasp, scratch);
  if (!config.ase.calculator.empty())
    return std::make_shared<dft::AseOracle>(config.ase, config.loop.workers);
  return std::make_shared<dft::espresso::Espresso>(config.dft, scratch);
}

namespace {

Oracles labelers(const SystemConfig& config, const RunFolder& folder) {
  auto oracle = open_oracle(config, folder.scratch());
  if (!config.ase.calculator.empty()) {
    Oracles oracles{oracle, [oracle](int) { return oracle; }};
    if (!config.ase.tighter.empty())
      oracles.tighter =
          std::make_shared<dft::AseOracle>(dft::tighter(config.ase), config.loop.workers);
    return oracles;
  }
  if (config.vasp)
    return {oracle,
            [&config, &folder](int number) {
              return std::make_shared<dft::vasp::Vasp>(
                  dft::vasp::isolated_atom_parameters(*config.vasp, number), folder.scratch());
            },
            std::make_shared<dft::vasp::Vasp>(dft::vasp::tighter(*config.vasp), folder.scratch())};
  return {oracle,
          [&config, &folder](int number) {
            return std::make_shared<dft::espresso::Espresso>(
                dft::espresso::isolated_atom_parameters(config.dft, number), folder.scratch());
          },
          std::make_shared<dft::espresso::Espresso>(dft::espresso::tighter(config.dft),
                                                    folder.scratch())};
}

}  // namespace

Oracles open_oracles(const SystemConfig& config, const RunFolder& folder) {
  Oracles oracles = labelers(config, folder);
  if (!config.surrogate.model.empty() && config.surrogate.lessons > 0)
    oracles.teacher = std::make_shared<surrogate::Surrogate>(
        surrogate::open_surrogate(config.surrogate.model, config.loop.workers));
  return oracles;
}

void Run::tell(const std::string& event, std::optional<double> to_go) {
  progress.event = event;
  if (to_go)
    progress.eta_s = to_go;
  else if (progress.done > 0 && progress.done <= progress.total)
    progress.eta_s = (now_seconds() - stage_begin_) / double(progress.done) *
                     double(progress.total - progress.done);
  if (!timeline.sessions.empty()) timeline.sessions.back().end = now_seconds();
  database.transaction([&] {
    database.put_document("progress", to_json(progress).dump());
    store_timeline(database, timeline, intervals_stored_);
  });
  intervals_stored_ = timeline.intervals.size();
  if (listener) listener(progress);
}

void Run::enter(const std::string& stage, std::size_t total) {
  progress.stage = stage;
  progress.done = 0;
  progress.total = total;
  progress.eta_s.reset();
  stage_begin_ = now_seconds();
}

void Run::worked(const std::string& engine, double seconds, double cores) {
  const double end = now_seconds();
  timeline.intervals.push_back({end - seconds, end, cores, engine});
}

void Run::check_stop() const {
  if (stop.stop_requested())
    throw core::UserError(core::ExitCode::interrupted, "interrupted",
                          "the same command goes on where it stopped");
}

nlohmann::ordered_json run_document(const Run& run, const std::string& stop_reason,
                                    int published_generation) {
  const auto& loop = run.config.loop;
  nlohmann::ordered_json pseudopotentials = nlohmann::ordered_json::object();
  for (const auto& [symbol, species] : run.config.dft.species)
    pseudopotentials[symbol] = fmt::format(
        "{} (MD5 {})", std::filesystem::path(species.pseudopotential).filename().string(),
        species.checksum);
  if (run.config.vasp)
    for (const auto& [symbol, species] : run.config.vasp->species)
      pseudopotentials[symbol] = fmt::format("{} (MD5 {})", species.title, species.checksum);
  return {{"name", run.config.name},
          {"elements", run.config.elements},
          {"seed", run.config.seed},
          {"cores", loop.workers},
          {"started", run.timeline.sessions.empty() ? 0 : run.timeline.sessions.front().begin},
          {"wall_s", run.timeline.wall_seconds()},
          {"engine_busy_fraction", run.timeline.busy_fraction(loop.workers)},
          {"stop_reason", stop_reason},
          {"published_generation", published_generation},
          {"version", MLIP_VERSION},
          {"level_of_theory", run.oracles.structures->level_of_theory()},
          {"pseudopotentials", pseudopotentials},
          {"calculator", run.config.vasp ? "VASP" : run.config.ase.calculator},
          {"targets",
           {{"energy_rmse_meV_per_atom", loop.target_energy_mev_per_atom},
            {"force_rmse_meV_per_A", loop.target_force_mev_per_a}}}};
}

double Run::time_left() const {
  Timeline until_now = timeline;
  if (!until_now.sessions.empty()) until_now.sessions.back().end = now_seconds();
  return config.loop.wall_time_seconds - until_now.wall_seconds();
}

}  // namespace mlip::pipeline
