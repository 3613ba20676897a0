/// Any ASE calculator as a Calculator: it runs in Python worker processes that outlive the calls.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "ase/worker_process.hpp"
#include "core/result.hpp"
#include "potential/calculator.hpp"

namespace mlip::ase {

struct AseOptions {
  std::string python = "python3";  ///< looked up in PATH; must have ASE and the calculator
  std::string calculator;          ///< "module:callable", e.g. "ase.calculators.emt:EMT"
  std::string arguments = "{}";    ///< JSON object of keyword arguments; paths in it absolute
  std::map<std::string, std::string> environment;  ///< added to (or replacing in) ours
  double cutoff = 10;          ///< Å, what cutoff() says: ASE calculators do not tell theirs
  int workers = 1;             ///< processes, each with one thread; started when needed
  double start_seconds = 120;  ///< longest start of a worker
  double call_seconds = 300;   ///< longest computation of one structure
};

struct AseEvaluation {
  potential::Evaluation evaluation;
  bool has_stress = false;  ///< false: the calculator gives none, the virial is zero
};

/// What came of one try of a structure.
struct AseTry {
  enum class End {
    computed,
    refused,     ///< the calculator raised, or its answer is not finite
    lost,        ///< the worker died or wrote nonsense; it was ended
    late,        ///< beyond the time limit of a call; the worker was ended
    interrupted  ///< the token asked to stop; the worker was ended
  };
  End end = End::computed;
  AseEvaluation answer;  ///< where computed
  std::string reason;    ///< one line, where not
};

/// The first of python3 in PATH and Debian's that has ASE; "python3" where none has.
[[nodiscard]] std::string python_with_ase();

/// Thread-safe: each call takes a free worker or waits for one.  A worker that dies, hangs or
/// writes nonsense is replaced and the structure tried once more.
class AseWorker final : public potential::Calculator {
 public:
  /// Starts the first worker.  Throws core::UserError: bad_input for options that make no sense,
  /// missing_tool where Python, ASE or the calculator cannot be had.
  explicit AseWorker(AseOptions options);
  ~AseWorker() override;

  [[nodiscard]] double cutoff() const override { return options_.cutoff; }
  /// What the numbers depend on besides calculator and arguments: versions of ASE and of the
  /// calculator's package (checksum of its file where it has none), checksums of files among the
  /// arguments.
  [[nodiscard]] const std::string& versions() const { return versions_; }
  /// One try by one worker; the next one is served by a new worker where this one ended it.  Throws
  /// core::UserError (missing_tool) where a worker cannot be started again.
  [[nodiscard]] AseTry try_once(const core::Structure& structure, std::stop_token stop) const;
  /// A failure where the calculator raises, or two workers in a row fail on the structure.  Throws
  /// core::UserError (missing_tool) where a worker cannot be started again.
  [[nodiscard]] core::Result<AseEvaluation> compute(const core::Structure& structure) const;
  /// As compute(), but throws core::UserError.  `energies` is empty when the calculator gives none;
  /// never gamma nor descriptors.
  [[nodiscard]] potential::Evaluation evaluate(
      const core::Structure& structure, const potential::Request& request = {}) const override;

 private:
  struct Slot {
    std::unique_ptr<WorkerProcess> worker;
    bool busy = false;
  };
  class Lease;

  /// Throws core::UserError where other versions are at work than when we began.
  [[nodiscard]] std::unique_ptr<WorkerProcess> start_another() const;
  [[nodiscard]] std::unique_ptr<WorkerProcess> start(std::string& versions) const;
  /// The versions; throws core::UserError (missing_tool) where the worker has no calculator.
  [[nodiscard]] std::string greet(WorkerProcess& worker) const;

  AseOptions options_;
  std::string python_, versions_;
  std::filesystem::path scratch_;
  mutable std::mutex mutex_;
  mutable std::condition_variable freed_;
  mutable std::vector<Slot> slots_;
  mutable int started_ = 0;
};

}  // namespace mlip::ase
