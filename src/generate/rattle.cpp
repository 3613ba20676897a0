#include "generate/rattle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/element.hpp"
#include "core/error.hpp"
#include "core/neighbor_list.hpp"
#include "core/seed.hpp"
#include "generate/generate.hpp"

namespace mlip::generate {

namespace {

using core::Vec3;

/// Displacements from the start, of which no pair may come too close.
class CrowdedAtoms {
 public:
  /// No atom goes farther than `reach` Å from its start.
  CrowdedAtoms(const core::Structure& start, double closest, double reach)
      : start_(start),
        closest_(closest),
        reach_(reach),
        list_(start, 2 * reach + closest * 2 * largest_radius(start)),
        moves_(start.size(), Vec3::Zero()) {}

  /// Whether the atom could go there.
  bool move(std::size_t atom, const Vec3& step) {
    const Vec3 wanted = moves_[atom] + step;
    if (wanted.norm() > reach_) return false;
    for (const core::Neighbor& neighbor : list_.of(atom)) {
      const auto other = static_cast<std::size_t>(neighbor.index);
      if (other == atom) continue;  // images go along
      const double least = closest_ * (radius(start_, atom) + radius(start_, other));
      if ((neighbor.vector + moves_[other] - wanted).squaredNorm() < least * least) return false;
    }
    moves_[atom] = wanted;
    return true;
  }

  [[nodiscard]] RattleResult result() const {
    RattleResult result{start_, 0};
    for (std::size_t i = 0; i < moves_.size(); ++i) {
      result.structure.positions[i] += moves_[i];
      result.amplitude += moves_[i].squaredNorm();
    }
    result.amplitude = std::sqrt(result.amplitude / (3.0 * static_cast<double>(moves_.size())));
    return result;
  }

 private:
  static double radius(const core::Structure& structure, std::size_t atom) {
    return core::element(structure.numbers[atom]).covalent_radius;
  }
  static double largest_radius(const core::Structure& structure) {
    double largest = 0;
    for (std::size_t i = 0; i < structure.size(); ++i)
      largest = std::max(largest, radius(structure, i));
    return largest;
  }

  const core::Structure& start_;
  double closest_, reach_;
  core::NeighborList list_;
  std::vector<Vec3> moves_;
};

}  // namespace

RattleResult monte_carlo_rattled(const core::Structure& structure, const MonteCarloRattle& rattle,
                                 std::uint64_t seed) {
  MLIP_ASSERT(rattle.sweeps > 0 && rattle.amplitude >= 0 && structure.size() > 0);
  if (!distances_allowed(structure, rattle.closest))
    throw core::UserError(
        core::ExitCode::bad_input,
        fmt::format("atoms are {:.3f} Å apart before they are displaced, closer than {} × the sum "
                    "of their covalent radii",
                    core::minimum_distance(structure), rattle.closest),
        "lower '--closest', or give a structure at rest");
  auto engine = core::random_engine(seed, "monte carlo rattle");
  constexpr double tails = 5;  // standard deviations; a Gaussian is never there
  CrowdedAtoms atoms(structure, rattle.closest, tails * std::sqrt(3.0) * rattle.amplitude + 1e-9);
  const double sigma = rattle.amplitude / std::sqrt(rattle.sweeps);
  for (int sweep = 0; sweep < rattle.sweeps; ++sweep)
    for (std::size_t i = 0; i < structure.size(); ++i)
      atoms.move(i, sigma * Vec3::NullaryExpr([&] { return core::normal(engine); }));
  return atoms.result();
}

}  // namespace mlip::generate
