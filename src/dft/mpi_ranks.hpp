/// An oracle whose program runs on one or several MPI ranks of a machine.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>

#include "core/structure.hpp"

namespace mlip::dft {

class Oracle;

class MpiRanks {
 public:
  virtual ~MpiRanks() = default;
  /// Ranks of every structure by the user's word; 0: by what is measured.
  [[nodiscard]] virtual int asked() const = 0;
  /// k-points of a structure that ranks share; 1: they share its plane waves.
  [[nodiscard]] virtual int shared_points(const core::Structure& structure) const = 0;
  /// The same oracle on so many ranks a structure: the same labels and level of theory.
  [[nodiscard]] virtual std::shared_ptr<const Oracle> on(int ranks) const = 0;
  /// Wall seconds of the first two SCF steps of the structure on so many ranks; nothing where they
  /// cannot be run or take longer than the limit.  Leaves no files.
  [[nodiscard]] virtual std::optional<double> try_on(int ranks, const core::Structure& structure,
                                                     double limit_seconds,
                                                     std::stop_token stop) const = 0;
};

}  // namespace mlip::dft
