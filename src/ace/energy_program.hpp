/// The energy of one species as a list of products, for eight atoms at once: every product of two
/// known values is formed once, densities are weighted sums of leaf products, derivatives run
/// backwards (adjoints).  After the recursive evaluator of Lysogorskiy 2021
/// (doi:10.1038/s41524-021-00559-9).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ace/atomic_base.hpp"
#include "ace/ctilde.hpp"
#include "ace/lanes.hpp"

namespace mlip::ace {

struct EnergyProgram {
  int densities = 1;
  std::size_t leaves = 0;  ///< complex values before the first product: signed A components
  struct Product {
    std::int32_t left, right;
  };
  std::vector<Product> products;  ///< value leaves + i = left · right
  /// Terms Re(left · right) that share their left factor, from those of the group before to `end`.
  struct Group {
    std::int32_t left;
    std::uint32_t end;
  };
  std::vector<Group> groups;
  std::vector<std::int32_t> rights;  ///< [term]
  /// Densities are summed two at a time, an odd last one alone: [pair of densities][term][1 or 2].
  std::vector<double> coefficients;
  std::vector<std::int32_t> linear;         ///< components of A that enter the densities themselves
  std::vector<double> linear_coefficients;  ///< [linear][density]

  /// B functions of a B-basis potential: Σ weight · term, or one component of A.
  struct Projection {
    std::int32_t component;  ///< −1: a sum over terms
    std::uint32_t end;       ///< of its terms; they begin where those of the one before end
  };
  struct WeightedTerm {
    std::uint32_t term;
    double weight;
  };
  std::vector<Projection> projections;
  std::vector<WeightedTerm> projection_terms;
};

/// `projected`: the B functions wanted as projections too, in their order; may be empty.
[[nodiscard]] EnergyProgram compile(std::span<const CTildeFunction> functions,
                                    std::span<const Function> projected, int densities,
                                    const BaseShape& shape);

/// Scratch of one thread.
struct EnergyScratch {
  LaneBuffer values, adjoints;  ///< [value][re, im]
  LaneBuffer sums;              ///< [group][density][re, im] Σ coefficient · right
  LaneBuffer terms;             ///< [term]
};

/// Fills `scratch.values` and the densities from A.
void forward(const EnergyProgram& program, const BaseShape& shape, const Lane* A,
             EnergyScratch& scratch, Lane* rho);
/// `dA` [component]: dE/dA for dE/dρ = `seed`; call after forward() with the same scratch.
void backward(const EnergyProgram& program, const BaseShape& shape, const Lane* seed,
              EnergyScratch& scratch, Lane* dA);
/// The projections; call after forward() with the same scratch.
void project(const EnergyProgram& program, const Lane* A, EnergyScratch& scratch, Lane* B);

}  // namespace mlip::ace
