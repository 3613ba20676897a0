/// Any ASE calculator as a Calculator: it runs in Python worker processes that outlive the calls.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "potential/calculator.hpp"
#include "surrogate/worker_process.hpp"

namespace mlip::surrogate {

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

/// Thread-safe: each call takes a free worker or waits for one.  A worker that dies, hangs or
/// writes nonsense is replaced and the structure tried once more.
class AseWorker final : public potential::Calculator {
 public:
  /// Starts the first worker.  Throws core::UserError: bad_input for options that make no sense,
  /// missing_tool where Python, ASE or the calculator cannot be had.
  explicit AseWorker(AseOptions options);
  ~AseWorker() override;

  [[nodiscard]] double cutoff() const override { return options_.cutoff; }
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

  [[nodiscard]] std::unique_ptr<WorkerProcess> start() const;
  /// Throws core::UserError (missing_tool) where the worker has no calculator.
  void greet(WorkerProcess& worker) const;

  AseOptions options_;
  std::string python_;
  std::filesystem::path scratch_;
  mutable std::mutex mutex_;
  mutable std::condition_variable freed_;
  mutable std::vector<Slot> slots_;
  mutable int started_ = 0;
};

}  // namespace mlip::surrogate
