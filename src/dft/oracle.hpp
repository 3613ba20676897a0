/// Whoever can label a structure: Quantum ESPRESSO, an ASE calculator, or in tests a cheap exact
/// truth.
#pragma once

#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "core/experience.hpp"
#include "core/records.hpp"
#include "dft/layout.hpp"
#include "dft/magnetic_start.hpp"
#include "dft/mpi_ranks.hpp"

namespace mlip::dft {

/// Thread-safe: several structures may be labelled at once.
class Oracle {
 public:
  virtual ~Oracle() = default;
  /// Blocks until the structure is labelled, given up (accepted = false) or the stop token asks to
  /// end (then the outcome is not accepted and its last attempt has the fault "interrupted").
  /// `name` is unique in the run and names the scratch folder.
  [[nodiscard]] virtual core::Outcome label(const core::Structure& structure,
                                            const std::string& name,
                                            std::stop_token stop) const = 0;
  /// The same from other moments; whoever knows no moments labels as ever.
  [[nodiscard]] virtual core::Outcome label_from(const core::Structure& structure,
                                                 const MagneticStart& start,
                                                 const std::string& name,
                                                 std::stop_token stop) const;
  /// What healed what so far in the structures it labelled, and what it was told of others; nothing
  /// where it has no choice of remedies.
  [[nodiscard]] virtual core::Experience experience() const { return {}; }
  /// Told of structures that others labelled: earlier sessions, other machines.
  virtual void learn(const core::Experience& others) const;
  /// Hash of functional, pseudopotentials, cutoffs, k-spacing, smearing, spin treatment.
  [[nodiscard]] virtual std::string level_of_theory() const = 0;
  /// Roughly the core seconds of a structure, for longest-first scheduling and forecasts.
  [[nodiscard]] virtual double cost(const core::Structure& structure) const = 0;
  /// What open_recipe makes the same oracle from, on another machine that sees the same files;
  /// empty where it works in this process only.
  [[nodiscard]] virtual std::string recipe() const { return ""; }
  /// How it is spread over MPI ranks; null where it decides by itself what it runs on.
  [[nodiscard]] virtual const MpiRanks* ranks() const { return nullptr; }
};

/// One structure to label.
struct Job {
  core::Structure structure;
  std::string name;
  MagneticStart start = {};
  Layout layout = {};  ///< one rank: as the oracle labels by itself
};

/// Called on the caller's thread as each job ends.
using Done = std::function<void(std::size_t, const core::Outcome&)>;

/// Labels all jobs at once that fit on `workers` by their ranks, in the order of dearest_first();
/// they wait while `done` is 256 outcomes behind.  Returns when all are done or the token asked to
/// stop.
void compute_batch(const Oracle& oracle, std::span<const Job> jobs, int workers,
                   std::stop_token stop, const Done& done);

/// The task was asked to stop before there was a label: nothing is known of the structure.
[[nodiscard]] bool interrupted(const core::Outcome& outcome);

/// Where labels are computed: on the cores here, or on those of a cluster.
class Executor {
 public:
  virtual ~Executor() = default;
  /// Chooses the ranks of the jobs, before label() is given them: those that the user asked for.
  virtual void lay_out(const Oracle& oracle, std::vector<Job>& jobs, std::stop_token stop) const;
  /// As compute_batch.
  virtual void label(const Oracle& oracle, std::span<const Job> jobs, std::stop_token stop,
                     const Done& done) const = 0;
  /// Cores at work at once, at most.
  [[nodiscard]] virtual int cores() const = 0;
};

}  // namespace mlip::dft
