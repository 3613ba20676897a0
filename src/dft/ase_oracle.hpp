/// Any ASE calculator as an Oracle.
#pragma once

#include "ase/ase_worker.hpp"
#include "dft/ase_parameters.hpp"
#include "dft/oracle.hpp"

namespace mlip::dft {

/// A worker that dies or exceeds the time limit is replaced and the structure tried once more;
/// where that fails too, or the calculator raises, the structure is given up.
class AseOracle final : public Oracle {
 public:
  /// `workers`: structures at once, each in a process of its own.  Throws core::UserError where
  /// Python, ASE or the calculator cannot be had.
  AseOracle(const AseParameters& parameters, int workers);
  [[nodiscard]] core::Outcome label(const core::Structure& structure, const std::string& name,
                                    std::stop_token stop) const override;
  /// Hash of calculator, arguments and versions.
  [[nodiscard]] std::string level_of_theory() const override { return level_of_theory_; }
  [[nodiscard]] std::string recipe() const override { return recipe_; }
  /// Of an unknown calculator only known to grow with the atoms.
  [[nodiscard]] double cost(const core::Structure& structure) const override;

 private:
  ase::AseWorker worker_;
  std::string level_of_theory_, recipe_;
};

/// `parameters` with the arguments that measure the noise of labels.
[[nodiscard]] AseParameters tighter(const AseParameters& parameters);

/// The arguments as the JSON object that a worker is given.
[[nodiscard]] std::string json_of(const std::map<std::string, std::string>& arguments);

}  // namespace mlip::dft
