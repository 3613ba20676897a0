/// A Calculator as the truth: labels in microseconds, for scenario runs and tests.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "dft/oracle.hpp"
#include "potential/calculator.hpp"

namespace mlip::dft {

/// A failure that is played for every structure whose name contains `name_part`.
struct ScriptedFailure {
  std::string name_part;
  std::string fault;  ///< recorded in the attempts
  int attempts =
      1;  ///< that fail before the label is accepted; < 0: all, the structure is given up
};

class ModelOracle final : public Oracle {
 public:
  /// `seconds_per_atom` makes it take its time, so that interruption can be tried.
  explicit ModelOracle(std::shared_ptr<const potential::Calculator> truth,
                       std::vector<ScriptedFailure> failures = {}, double seconds_per_atom = 0);
  [[nodiscard]] core::Outcome label(const core::Structure& structure, const std::string& name,
                                    std::stop_token stop) const override;
  [[nodiscard]] std::string level_of_theory() const override { return "model"; }
  [[nodiscard]] double cost(const core::Structure& structure) const override;

 private:
  [[nodiscard]] core::Labels truth_of(const core::Structure& structure) const;

  std::shared_ptr<const potential::Calculator> truth_;
  std::vector<ScriptedFailure> failures_;
  double seconds_per_atom_;
};

}  // namespace mlip::dft
