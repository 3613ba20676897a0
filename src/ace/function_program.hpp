/// The B functions of one species as flat tables of products over the atomic base.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ace/atomic_base.hpp"
#include "ace/potential.hpp"

namespace mlip::ace {

/// A signed factor A_{mu n l m} as components of the real atomic base: value = (a[re], sign_im ·
/// a[im]) · sign, and where its derivative is added in the function's row of the Jacobian.
struct Factor {
  std::int32_t re, im;            ///< components of A; im = re with im_scale 0 where m = 0
  std::int32_t slot_re, slot_im;  ///< entries of the Jacobian
  double re_scale, im_scale;
};

/// Functions of one rank; tuples of one function lie together.
struct RankTable {
  int rank = 0;
  std::vector<std::int32_t> function;    ///< [f] column in canonical order
  std::vector<std::size_t> first_tuple;  ///< [f + 1]
  std::vector<double> weight;            ///< [tuple] G~
  std::vector<Factor> factors;           ///< [tuple][factor]
};

/// Entries of one function's Jacobian row that feel one neighbour species: `count` values from
/// `value` on belong to the components from `component` on (counted from the species' first
/// component).
struct JacobianBlock {
  std::uint32_t value, component, count;
};

struct FunctionProgram {
  std::size_t functions = 0;
  std::size_t jacobian_size = 0;
  std::vector<RankTable> ranks;  ///< rank > 1
  struct RankOne {
    std::int32_t function, component;
    std::uint32_t slot;
  };
  std::vector<RankOne> rank_one;
  /// [species] blocks of every function: first_block[f]..first_block[f + 1].
  struct SpeciesBlocks {
    std::vector<std::uint32_t> first_block;
    std::vector<JacobianBlock> blocks;
  };
  std::vector<SpeciesBlocks> species;
};

[[nodiscard]] FunctionProgram compile(const std::vector<Function>& functions,
                                      const BaseShape& shape);

/// B_f of all functions, `values` as many as functions.
void evaluate_values(const FunctionProgram& program, const double* A, double* values);
/// B_f and the Jacobian dB_f/dA (zeroed by the call, `jacobian_size` entries).
void evaluate_jacobian(const FunctionProgram& program, const double* A, double* values,
                       double* jacobian);

}  // namespace mlip::ace
