/// One atom of an ACE model whose parameters are being fitted: values, first derivatives and the
/// mixed second derivatives by neighbour vectors and parameters.
#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "ace/moments.hpp"
#include "ace/potential.hpp"
#include "ace/tangent_program.hpp"
#include "fit/parameters.hpp"

namespace mlip::fit {

/// What of a potential stays while its parameters change; one a fit.
struct Skeleton {
  explicit Skeleton(const ace::Potential& potential);

  struct Species {
    ace::Moments moments;
    ace::TangentProgram program;
    ace::Embedding embedding;
    std::vector<ace::Bond> bonds;      ///< to each species; coefficients are not used
    std::vector<Eigen::Index> radial;  ///< [neighbour species] first parameter of the bond
    Eigen::Index functions;            ///< first parameter of the functions
  };
  std::vector<Species> species;
  Parameters parameters;
  double cutoff;
};

/// A skeleton with parameters.
struct Trial {
  Trial(const Skeleton& skeleton_, Eigen::VectorXd parameters_);
  const Skeleton* skeleton;
  Eigen::VectorXd parameters;
  std::vector<std::vector<double>> terms;  ///< [species] ace::term_coefficients()
};

/// An atom with its neighbourhood worked in; scratch of one thread.
class TrialAtom {
 public:
  /// Tables and moments of the neighbourhood, base, functions, densities and their adjoints.
  void load(const Trial& trial, int species, std::span<const ace::AtomNeighbor> neighbors);
  /// Σ_p w_p F(ρ_p), eV.
  [[nodiscard]] double energy() const { return energy_; }
  [[nodiscard]] const ace::NeighborTable& table() const { return table_; }
  [[nodiscard]] const ace::Moments& moments() const { return own_->moments; }
  /// dE/d(vector_j); prepare_gradients() first.
  void prepare_gradients();
  [[nodiscard]] core::Vec3 gradient(std::size_t j) const {
    return own_->moments.gradient(table_, j, seed_.data());
  }
  /// Adds scale · dE/dθ to `row`.
  void add_energy_row(double scale, bool radial, double* row) const;
  /// Along eight directions in which the moments change by `moments` [moment][lane]: adds dE/d to
  /// `slopes` [lane] and d²E/dθ d to `columns` [parameter][lane].
  void add_directions(const double* moments, bool radial, double* slopes, double* columns);

 private:
  void embed();
  void add_function_columns(double* slopes, double* columns);
  void add_radial_columns(const double* moments, double* columns);

  const Trial* trial_ = nullptr;
  const Skeleton::Species* own_ = nullptr;
  int species_ = 0;
  double energy_ = 0;
  ace::NeighborTable table_;
  ace::TangentScratch scratch_;
  std::vector<double> M_, A_, B_, rho_, slopes_, curvatures_, dA_, seed_;
  std::vector<double> tangent_A_, tangent_B_, tangent_dA_, tangent_slopes_;
};

}  // namespace mlip::fit
