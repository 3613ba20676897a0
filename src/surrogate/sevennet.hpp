/// SevenNet, a pretrained universal potential, as a Calculator of its own: neither torch nor
/// Python.
#pragma once

#include <filesystem>
#include <string>
#include <variant>

#include "potential/calculator.hpp"
#include "surrogate/graph.hpp"
#include "surrogate/sevennet_network.hpp"

namespace mlip::surrogate {

/// Single is what the model was trained with: energies carry a noise of about 1e-6 eV an atom, more
/// than small finite differences of them can bear.
enum class Precision { single_precision, double_precision };

/// Thread-safe, one thread a call.
class SevenNet final : public potential::Calculator {
 public:
  /// A file of sevennet_convert.py.  Throws core::UserError (bad_input) where it is none or
  /// damaged.
  explicit SevenNet(const std::filesystem::path& file,
                    Precision precision = Precision::single_precision);

  [[nodiscard]] const std::string& name() const { return name_; }          ///< "sevennet-0"
  [[nodiscard]] const std::string& version() const { return version_; }    ///< "11Jul2024"
  [[nodiscard]] const std::string& energies() const { return energies_; }  ///< their convention
  [[nodiscard]] bool knows(int number) const { return types_.knows(number); }

  [[nodiscard]] double cutoff() const override { return cutoff_; }
  /// `descriptors` are the scalars behind the last layer.  Throws core::UserError: bad_input for an
  /// element the model does not know, failed where two atoms are at the same place.
  [[nodiscard]] potential::Evaluation evaluate(
      const core::Structure& structure, const potential::Request& request = {}) const override;

 private:
  explicit SevenNet(const SevenNetFile& model, Precision precision);

  std::string name_, version_, energies_;
  double cutoff_;
  Types types_;
  std::variant<SevenNetNetwork<float>, SevenNetNetwork<double>> network_;
};

}  // namespace mlip::surrogate
