#include "pipeline/session.hpp"

#include <fmt/format.h>

#include <sstream>

#include "config/dump.hpp"
#include "core/file.hpp"
#include "core/seed.hpp"
#include "pipeline/executor.hpp"
#include "pipeline/loop.hpp"
#include "pipeline/teaching.hpp"
#include "pipeline/timeline_store.hpp"

namespace mlip::pipeline {

namespace {

/// The first lines in which two texts differ, for the error message.
std::string first_difference(const std::string& old_text, const std::string& new_text) {
  std::istringstream old_lines(old_text), new_lines(new_text);
  std::string was, is;
  while (std::getline(old_lines, was) && std::getline(new_lines, is))
    if (was != is) return fmt::format("it was '{}', now it is '{}'", was, is);
  return "one has more options than the other";
}

void check_same_physics(store::Database& database, const std::string& physics,
                        const std::filesystem::path& folder) {
  if (const auto stored = database.document("physics")) {
    const auto text = nlohmann::json::parse(*stored).get<std::string>();
    if (text == physics) return;
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("'{}' holds a run of another configuration: {}",
                                      folder.string(), first_difference(text, physics)),
                          "choose another folder with --out, or remove that one");
  }
  database.put_document("physics", nlohmann::json(physics).dump());
}

}  // namespace

std::string physics_of(const SystemConfig& config) {
  SystemConfig physics = config;
  const LoopOptions defaults;
  physics.loop.workers = defaults.workers;
  physics.loop.wall_time_seconds = defaults.wall_time_seconds;
  physics.loop.target_energy_mev_per_atom = defaults.target_energy_mev_per_atom;
  physics.loop.target_force_mev_per_a = defaults.target_force_mev_per_a;
  physics.loop.min_generations = defaults.min_generations;
  physics.loop.max_generations = defaults.max_generations;
  physics.loop.failure_ratio = defaults.failure_ratio;
  physics.dft.pw_command = "pw.x";
  physics.dft.mpi_ranks = 1;
  physics.dft.attempts_per_fault = physics.dft.attempts_per_structure = 1;
  physics.dft.healing_seconds = 0;
  physics.dft.time_limit_seconds = 0;
  physics.ase.python.clear();
  physics.ase.time_limit_seconds = 0;
  if (physics.vasp) physics.vasp->command.clear();
  if (physics.vasp) physics.vasp->time_limit_seconds = 0;
  if (physics.vasp) static_cast<dft::HealingBudget&>(*physics.vasp) = {};
  physics.explore.time_limit_seconds = 0;
  physics.explore.mpi_ranks = 1;
  physics.fit.threads = 0;
  physics.slurm.reset();
  physics.hyperqueue.reset();
  physics.training.pacemaker.python.clear();
  physics.training.pacemaker.time_limit_seconds = 0;
  return config::dump(physics);
}

StopReason run_session(const SystemConfig& config, const std::filesystem::path& root,
                       const Oracles& oracles, std::stop_token stop, const Listener& listener) {
  const RunFolder folder{root};
  core::make_folder(folder.root);
  store::Database database(folder.database());
  const std::string physics = physics_of(config);
  check_same_physics(database, physics, root);
  const std::string resolved = config::dump(config);
  core::write_atomically(folder.plan(), resolved);
  database.put_document("config", nlohmann::json(resolved).dump());
  Run run(config, folder, oracles, database);
  run.physics_hash = fmt::format("{:016x}", core::hash_text(physics));
  run.stop = stop;
  run.listener = listener;
  run.executor = open_executor(config, {folder.chunks(), folder.scratch()},
                               [&run](const std::string& text) { run.tell(text); });
  run.teaching = std::make_shared<Teaching>(config, folder, oracles.teacher);
  run.timeline = load_timeline(database);
  core::Experience known;
  for (const auto& record : database.all()) known.add(record.outcome.attempts);
  oracles.structures->learn(known);
  run.timeline.sessions.push_back({now_seconds(), now_seconds()});
  return run_loop(run);
}

}  // namespace mlip::pipeline
