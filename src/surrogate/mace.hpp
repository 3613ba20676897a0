/// MACE as a Calculator of its own: neither torch nor Python, in double precision.
#pragma once

#include <filesystem>
#include <string>

#include "potential/calculator.hpp"
#include "surrogate/graph.hpp"
#include "surrogate/mace_network.hpp"

namespace mlip::surrogate {

/// Thread-safe, one thread a call.
class Mace final : public potential::Calculator {
 public:
  /// A file of mace_convert.py.  Throws core::UserError (bad_input) where it is none or damaged.
  explicit Mace(const std::filesystem::path& file);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& version() const { return version_; }
  [[nodiscard]] bool knows(int number) const { return types_.knows(number); }

  [[nodiscard]] double cutoff() const override { return cutoff_; }
  /// `descriptors` are the scalars behind the last layer.  Throws core::UserError: bad_input for an
  /// element the file does not hold, failed where two atoms are at the same place.
  [[nodiscard]] potential::Evaluation evaluate(
      const core::Structure& structure, const potential::Request& request = {}) const override;

 private:
  explicit Mace(const MaceFile& model);

  std::string name_, version_;
  double cutoff_;
  Types types_;
  MaceNetwork network_;
};

}  // namespace mlip::surrogate
