#include <algorithm>
#include <future>
#include <iterator>

#include "core/seed.hpp"
#include "explore/priority_queue.hpp"
#include "generate/generate.hpp"
#include "generate/interfaces.hpp"
#include "pipeline/steps.hpp"

namespace mlip::pipeline {

namespace {

std::string step_of(int generation, int walker) {
  return fmt::format("explore/{}/{}", generation, walker);
}

/// What walks take turns to start from: each ground state repeated, then every interface.
core::Structure unshaken_start(const SystemConfig& config, std::size_t turn) {
  const auto& options = config.generate;
  const std::size_t crystals = generate::crystal_count(options);
  std::vector<core::Candidate> interfaces;
  for (std::size_t k = 0; k < crystals; ++k)
    std::ranges::move(generate::interfaces(options, k), std::back_inserter(interfaces));
  const std::size_t k = turn % (crystals + interfaces.size());
  if (k >= crystals) return std::move(interfaces[k - crystals].structure);
  return core::repeat(generate::ground_state(options, k),
                      generate::repeats_of(options, k, config.loop.walk_repeats));
}

/// Under a random strain and a small rattle.
core::Structure start_of(const SystemConfig& config, int generation, int walker) {
  auto engine = core::random_engine(config.seed, step_of(generation, walker));
  const auto turn = static_cast<std::size_t>(generation * config.loop.walkers + walker);
  auto structure = unshaken_start(config, turn);
  const double strain = config.loop.walk_strain * (2 * core::uniform(engine) - 1);
  structure = core::strained(structure, strain * core::Mat3::Identity());
  return generate::rattled(structure, 0.03, engine());
}

explore::Trajectory walk(const Run& run, int generation, int walker) {
  const auto folder = run.folder.generation(generation);
  auto engine = core::random_engine(run.config.seed, step_of(generation, walker), 1);
  return explore::run_walk(start_of(run.config, generation, walker), folder / "potential.yaml",
                           folder / "potential.asi", run.config.explore, engine() % 900000 + 1,
                           run.folder.walk(generation, walker), run.stop);
}

nlohmann::json gamma_document(const explore::Trajectory& trajectory,
                              const explore::Options& options) {
  nlohmann::json samples = nlohmann::json::array();
  const std::size_t stride = trajectory.samples.size() / 400 + 1;
  for (std::size_t i = 0; i < trajectory.samples.size(); i += stride) {
    const auto& s = trajectory.samples[i];
    samples.push_back({s.time_ps, s.gamma_max, s.temperature});
  }
  return {{"temperature", {options.start_temperature, options.end_temperature}},
          {"samples", samples},
          {"threshold", options.gamma_pick},
          {"end", trajectory.end}};
}

nlohmann::json store_walk(Run& run, int generation, int walker,
                          const explore::Trajectory& trajectory) {
  run.database.put_document(fmt::format("gamma/{}/{}", generation, walker),
                            gamma_document(trajectory, run.config.explore).dump());
  std::size_t stored = 0;
  const auto most = std::size_t(run.config.explore.max_excursions);
  for (auto& candidate :
       explore::prioritize(trajectory.excursions, run.config.embedding, generation + 1, most)) {
    store::Record record;
    record.candidate = std::move(candidate);
    stored += run.database.add(record) ? 1 : 0;
  }
  double gamma_max = 0;
  for (const auto& sample : trajectory.samples) gamma_max = std::max(gamma_max, sample.gamma_max);
  return {{"end", trajectory.end},
          {"gamma_max", gamma_max},
          {"excursions", stored},
          {"steps", trajectory.steps_done}};
}

}  // namespace

Exploration explore(Run& run, int generation) {
  run.enter("explore", std::size_t(run.config.loop.walkers));
  std::vector<std::future<explore::Trajectory>> walks;
  for (int w = 0; w < run.config.loop.walkers; ++w)
    walks.push_back(run.database.find(step_of(generation, w), run.physics_hash)
                        ? std::future<explore::Trajectory>()
                        : std::async(std::launch::async,
                                     [&run, generation, w] { return walk(run, generation, w); }));
  Exploration found{true};
  for (int w = 0; w < run.config.loop.walkers; ++w) {
    const auto result = once(
        run, step_of(generation, w),
        [&] {
          auto trajectory = walks[std::size_t(w)].get();
          run.check_stop();
          run.worked("lammps", trajectory.seconds, run.config.explore.mpi_ranks);
          return trajectory;
        },
        [&](const explore::Trajectory& trajectory) {
          return store_walk(run, generation, w, trajectory);
        });
    const double gamma_max = result.at("gamma_max").get<double>();
    const auto end = result.at("end").get<std::string>();
    found.quiet = found.quiet && end == "finished" && gamma_max <= run.config.explore.gamma_pick;
    ++run.progress.done;
    run.tell(fmt::format(
        "walk {} of generation {}: {} after {} steps, largest gamma {:.2f}, {} excursions", w,
        generation, end, result.at("steps").get<long>(), gamma_max,
        result.at("excursions").get<int>()));
  }
  return found;
}

}  // namespace mlip::pipeline
