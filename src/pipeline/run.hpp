/// A run under way: the values every step reads, and the two things it changes, database and
/// progress.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <stop_token>
#include <string>

#include "dft/oracle.hpp"
#include "fit/row_cache.hpp"
#include "pipeline/progress.hpp"
#include "pipeline/run_folder.hpp"
#include "pipeline/system_config.hpp"
#include "pipeline/timeline.hpp"
#include "store/database.hpp"
#include "surrogate/open.hpp"

namespace mlip::pipeline {

/// Who labels: structures, and isolated atoms of an atomic number.
struct Oracles {
  std::shared_ptr<const dft::Oracle> structures;
  std::function<std::shared_ptr<const dft::Oracle>(int)> isolated_atom;
  std::shared_ptr<const dft::Oracle> tighter = nullptr;  ///< measures noise; null: not measured
  std::shared_ptr<const surrogate::Surrogate> teacher = nullptr;  ///< null: nobody teaches
};

/// Who the configuration says: Quantum ESPRESSO, working in `scratch`, or an ASE calculator.
[[nodiscard]] std::shared_ptr<const dft::Oracle> open_oracle(const SystemConfig& config,
                                                             const std::filesystem::path& scratch);

/// The same, for free atoms too.  The arguments outlive what is returned.
[[nodiscard]] Oracles open_oracles(const SystemConfig& config, const RunFolder& folder);

class Teaching;

struct Run {
  Run(const SystemConfig& configuration, const RunFolder& run_folder, const Oracles& labelers,
      store::Database& run_database)
      : config(configuration), folder(run_folder), oracles(labelers), database(run_database) {}

  const SystemConfig& config;
  const RunFolder& folder;
  const Oracles& oracles;
  store::Database& database;
  std::string physics_hash;  ///< of everything that decides the content of the run
  std::shared_ptr<const dft::Executor> executor;
  std::stop_token stop;
  Listener listener;
  Progress progress;
  Timeline timeline;
  std::shared_ptr<Teaching> teaching = nullptr;  ///< null: nobody teaches
  /// From one generation's fit to the next of this process: at most 1 GiB.
  std::shared_ptr<fit::RowCache> row_cache = std::make_shared<fit::RowCache>();

  /// Tells the listener, and writes progress and timeline to the database.  `to_go`: seconds to the
  /// end of the stage; by the mean of its items where none is given.
  void tell(const std::string& event, std::optional<double> to_go = {});
  /// Begins a stage of `total` items.
  void enter(const std::string& stage, std::size_t total);
  /// Notes that an engine was at work for `seconds` until now.
  void worked(const std::string& engine, double seconds, double cores);
  /// Throws core::UserError (interrupted) when the user asked to stop.
  void check_stop() const;
  /// Seconds of the wall-time budget not spent yet; negative when it is overdrawn.
  [[nodiscard]] double time_left() const;
  [[nodiscard]] bool out_of_time() const { return time_left() < 0; }

 private:
  double stage_begin_ = 0;
  std::size_t intervals_stored_ = 0;
};

/// The document "run" of the report: names, targets, wall time, how busy the engines were, why it
/// ended and with which generation.
[[nodiscard]] nlohmann::ordered_json run_document(const Run& run, const std::string& stop_reason,
                                                  int published_generation);

/// Runs a step once: the journaled result if there is one for these inputs; else computes, then
/// stores and journals in one transaction.  `store(result)` may write to the database.
template <class Compute, class Store>
nlohmann::json once(Run& run, const std::string& step, Compute&& compute, Store&& store) {
  if (const auto entry = run.database.find(step, run.physics_hash))
    return nlohmann::json::parse(entry->result_json);
  run.check_stop();
  auto value = compute();
  nlohmann::json result;
  run.database.transaction([&] {
    result = store(value);
    run.database.journal({step, run.physics_hash, result.dump()});
  });
  return result;
}

}  // namespace mlip::pipeline
