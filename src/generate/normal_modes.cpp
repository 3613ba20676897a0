#include "generate/normal_modes.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/Geometry>
#include <Eigen/SVD>
#include <cmath>

#include "core/element.hpp"
#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/seed.hpp"
#include "core/units.hpp"

namespace mlip::generate {

namespace {

using core::Vec3;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// ħ in eV × the unit of time of Å, u and eV.
constexpr double reduced_planck = 0.6582119569509066 / core::fs_per_ang_sqrt_u_per_ev;
/// 1/cm of one √(eV/u)/Å.
const double wavenumber_unit = 1 / (core::fs_per_ang_sqrt_u_per_ev * 2 * core::pi * 2.99792458e-5);

VectorXd root_masses(const core::Structure& structure) {
  VectorXd roots(3 * static_cast<Index>(structure.size()));
  for (std::size_t i = 0; i < structure.size(); ++i)
    roots.segment<3>(3 * static_cast<Index>(i))
        .setConstant(std::sqrt(core::element(structure.numbers[i]).mass));
  return roots;
}

/// Orthonormal mass-weighted translations, and rotations about the centre of mass.
MatrixXd rigid_motions(const core::Structure& structure, const VectorXd& roots, Freedom freedom) {
  Vec3 centre = Vec3::Zero();
  for (std::size_t i = 0; i < structure.size(); ++i)
    centre += std::pow(roots[3 * static_cast<Index>(i)], 2) * structure.positions[i];
  centre /= roots.squaredNorm() / 3;
  const Index columns = freedom == Freedom::molecule ? 6 : 3;
  MatrixXd motions = MatrixXd::Zero(roots.size(), columns);
  for (std::size_t i = 0; i < structure.size(); ++i)
    for (Index axis = 0; axis < 3; ++axis) {
      const Index row = 3 * static_cast<Index>(i);
      motions(row + axis, axis) = roots[row];
      if (columns == 6)
        motions.block<3, 1>(row, 3 + axis) =
            roots[row] * Vec3::Unit(axis).cross(structure.positions[i] - centre);
    }
  // Translations are orthogonal already; turning about its axis moves no atom of a linear molecule
  MatrixXd basis = motions.leftCols(3).colwise().normalized();
  if (columns == 3) return basis;
  const Eigen::JacobiSVD<MatrixXd> turns(motions.rightCols(3), Eigen::ComputeThinU);
  constexpr double negligible = 0.01;
  for (Index k = 0; k < 3; ++k) {
    if (turns.singularValues()[k] <= std::max(1e-6, negligible * turns.singularValues()[0])) break;
    basis.conservativeResize(Eigen::NoChange, basis.cols() + 1);
    basis.rightCols(1) = turns.matrixU().col(k);
  }
  return basis;
}

/// An orthonormal basis of what is orthogonal to the columns of `basis`.
MatrixXd complement(const MatrixXd& basis) {
  const Eigen::JacobiSVD<MatrixXd, Eigen::FullPivHouseholderQRPreconditioner> svd(
      basis, Eigen::ComputeFullU);
  return svd.matrixU().rightCols(basis.rows() - basis.cols());
}

/// Mean square of a mass-weighted amplitude, Å² u.
double mean_square(double stiffness, const ModeSampling& sampling) {
  const double thermal = core::boltzmann_ev_per_kelvin * sampling.temperature;
  if (sampling.statistics == Statistics::classical) return thermal / stiffness;
  const double frequency = std::sqrt(stiffness);
  const double quantum = reduced_planck / (2 * frequency);
  return thermal > 0 ? quantum / std::tanh(reduced_planck * frequency / (2 * thermal)) : quantum;
}

/// Shares of the modes that sum to a random number below 1.
VectorXd random_shares(Index modes, std::mt19937_64& engine) {
  VectorXd shares = VectorXd::NullaryExpr(modes, [&] { return core::uniform(engine); });
  return shares * (core::uniform(engine) / std::max(shares.sum(), 1e-300));
}

}  // namespace

MatrixXd hessian_columns(const potential::Calculator& model, const core::Structure& structure,
                         Index atoms, double step, int threads) {
  MLIP_ASSERT(step > 0);
  MatrixXd columns(3 * static_cast<Index>(structure.size()), 3 * atoms);
  const auto forces_at = [&](std::size_t column, double shift) {
    core::Structure moved = structure;
    moved.positions[column / 3][static_cast<Index>(column % 3)] += shift;
    return model.evaluate(moved).forces;
  };
  core::parallel_for(static_cast<std::size_t>(3 * atoms), threads, [&](std::size_t column) {
    const auto up = forces_at(column, step), down = forces_at(column, -step);
    for (std::size_t i = 0; i < structure.size(); ++i)
      columns.block<3, 1>(3 * static_cast<Index>(i), static_cast<Index>(column)) =
          (down[i] - up[i]) / (2 * step);
  });
  return columns;
}

MatrixXd hessian(const potential::Calculator& model, const core::Structure& structure, double step,
                 int threads) {
  const MatrixXd columns =
      hessian_columns(model, structure, static_cast<Index>(structure.size()), step, threads);
  return (columns + columns.transpose()) / 2;
}

NormalModes normal_modes(const core::Structure& structure, const MatrixXd& hessian,
                         Freedom freedom) {
  const VectorXd roots = root_masses(structure);
  MLIP_ASSERT(hessian.rows() == roots.size() && hessian.cols() == roots.size());
  const MatrixXd vibrations = complement(rigid_motions(structure, roots, freedom));
  NormalModes modes{structure, {}, {}};
  if (vibrations.cols() == 0) return modes;
  const VectorXd inverse = roots.cwiseInverse();
  const MatrixXd weighted = inverse.asDiagonal() * hessian * inverse.asDiagonal();
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(vibrations.transpose() * weighted *
                                                       vibrations);
  modes.stiffness = solver.eigenvalues();
  modes.shapes = vibrations * solver.eigenvectors();
  for (Index k = 0; k < modes.shapes.cols(); ++k) {  // eigenvectors have no sign of their own
    Index largest = 0;
    modes.shapes.col(k).cwiseAbs().maxCoeff(&largest);
    if (modes.shapes(largest, k) < 0) modes.shapes.col(k) *= -1;
  }
  return modes;
}

VectorXd NormalModes::wavenumbers() const {
  return stiffness.unaryExpr(
      [](double k) { return std::copysign(std::sqrt(std::abs(k)), k) * wavenumber_unit; });
}

int NormalModes::imaginary() const {
  return static_cast<int>((stiffness.array() <= 0).count());
}

std::string name_of(Statistics statistics) {
  switch (statistics) {
    case Statistics::ani:
      return "ani";
    case Statistics::quantum:
      return "quantum";
    default:
      return "classical";
  }
}

ModeSample sample_modes(const NormalModes& modes, const ModeSampling& sampling,
                        std::mt19937_64& engine) {
  const double least = std::pow(sampling.softest / wavenumber_unit, 2);
  const auto atoms = static_cast<double>(modes.structure.size());
  const double shared = 3 * atoms * core::boltzmann_ev_per_kelvin * sampling.temperature;
  const Index count = modes.stiffness.size();
  VectorXd shares;
  if (sampling.statistics == Statistics::ani) shares = random_shares(count, engine);
  ModeSample sample{modes.structure, 0};
  VectorXd amplitudes = VectorXd::Zero(count);
  for (Index k = 0; k < count; ++k) {
    if (modes.stiffness[k] <= 0) continue;
    const double stiffness = std::max(modes.stiffness[k], least);
    if (sampling.statistics == Statistics::ani)
      amplitudes[k] =
          (core::uniform(engine) < 0.5 ? -1 : 1) * std::sqrt(shares[k] * shared / stiffness);
    else
      amplitudes[k] = std::sqrt(mean_square(stiffness, sampling)) * core::normal(engine);
    sample.energy += modes.stiffness[k] * amplitudes[k] * amplitudes[k] / 2;
  }
  if (count == 0) return sample;
  const VectorXd move = (modes.shapes * amplitudes).cwiseQuotient(root_masses(modes.structure));
  for (std::size_t i = 0; i < modes.structure.size(); ++i)
    sample.structure.positions[i] += move.segment<3>(3 * static_cast<Index>(i));
  return sample;
}

}  // namespace mlip::generate
