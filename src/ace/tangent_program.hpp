/// The B functions of one species as a list of complex products over the atomic base, with first
/// derivatives along eight directions at once and, backwards, the mixed second derivatives that the
/// gradient of a force needs.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ace/moments.hpp"
#include "ace/potential.hpp"

namespace mlip::ace {

/// Eight directions in one register.
inline constexpr std::size_t directions = 8;

struct TangentProgram {
  /// Complex value (re_scale · A[re], im_scale · A[im]).
  struct Leaf {
    std::int32_t re, im;
    double re_scale, im_scale;
  };
  struct Product {
    std::int32_t left, right;
  };
  struct RankOne {
    std::int32_t function;
    std::int32_t moment;  ///< B_f is this moment
  };
  std::size_t functions = 0;
  std::vector<Leaf> leaves;
  std::vector<Product> products;  ///< value leaves + i = left · right
  std::vector<Product> terms;     ///< τ = Re(left · right)
  /// B_f = Σ weight τ over entries first[f]..first[f + 1].
  std::vector<std::uint32_t> first;
  std::vector<std::int32_t> term;
  std::vector<double> weight;
  std::vector<RankOne> rank_one;

  [[nodiscard]] std::size_t values() const { return leaves.size() + products.size(); }
};

[[nodiscard]] TangentProgram compile(const std::vector<Function>& functions,
                                     const MomentShape& shape);

/// Σ over functions of coefficient[f][p] · weight: what τ counts in each density, [term][density].
[[nodiscard]] std::vector<double> term_coefficients(const TangentProgram& program,
                                                    const double* coefficients, int densities);

/// Scratch of one thread.  Lanes are the fastest index.
struct TangentScratch {
  std::vector<double> value, adjoint;            ///< [value][re, im]
  std::vector<double> tangent, tangent_adjoint;  ///< [value][re, im][lane]
  std::vector<double> term, term_tangent;        ///< [term]; [term][lane]
  std::vector<double> seed;                      ///< [term] dE/dτ
};

/// B_f of all functions from A and M.
void evaluate(const TangentProgram& program, const double* A, const double* moments,
              TangentScratch& scratch, double* B);
/// dE/dA for dE/dρ_p = `slopes` of the functions of rank > 1; `terms` are term_coefficients().
/// After evaluate().
void backward(const TangentProgram& program, std::span<const double> slopes, const double* terms,
              TangentScratch& scratch, std::span<double> dA);
/// Derivatives of B_f along the directions in which A changes by `dA` [component][lane] and M by
/// `moments` [moment][lane]; `dB` [function][lane].  After evaluate().
void evaluate_tangent(const TangentProgram& program, const double* dA, const double* moments,
                      TangentScratch& scratch, double* dB);
/// Derivatives along the same directions of what backward() gave, where dE/dρ_p changes by
/// `slopes` [density][lane]; `ddA` [component][lane].  After backward() and evaluate_tangent().
void backward_tangent(const TangentProgram& program, std::span<const double> slopes,
                      const double* terms, TangentScratch& scratch, std::span<double> ddA);

}  // namespace mlip::ace
