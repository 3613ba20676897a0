/// A TorchScript model, MACE's or SevenNet's, as a Calculator, by way of the plugin.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "potential/calculator.hpp"
#include "potential/lapack.hpp"
#include "surrogate/graph.hpp"
#include "surrogate/torch_interface.hpp"

namespace mlip::surrogate {

/// Thread-safe, one thread a call.
class TorchModel final : public potential::Calculator {
 public:
  /// An export of mace_create_lammps_model or a serial one of sevenn_get_model.  Throws
  /// core::UserError: missing_tool without the plugin, bad_input where the file is none of these.
  explicit TorchModel(const std::filesystem::path& file);

  [[nodiscard]] const std::string& name() const { return name_; }        ///< of the file
  [[nodiscard]] const std::string& version() const { return version_; }  ///< kind, CRC-32
  [[nodiscard]] bool knows(int number) const { return types_->knows(number); }

  [[nodiscard]] double cutoff() const override { return cutoff_; }
  /// Throws core::UserError: bad_input for an element the model does not know, failed where two
  /// atoms are at the same place or the model gives no answer.
  [[nodiscard]] potential::Evaluation evaluate(
      const core::Structure& structure, const potential::Request& request = {}) const override;
  /// All in one call of the model: the memory of all, and hardly less time.
  [[nodiscard]] std::vector<potential::Evaluation> evaluate_together(
      std::span<const core::Structure> structures) const;

 private:
  const TorchInterface& plugin_;
  std::unique_ptr<void, void (*)(void*)> model_;
  std::string name_, version_;
  double cutoff_ = 0;
  std::unique_ptr<Types> types_;
  potential::SingleThreadedBlas blas_;  ///< libtorch's is the program's own
};

}  // namespace mlip::surrogate
