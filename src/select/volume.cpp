#include "select/volume.hpp"

#include <Eigen/Cholesky>

namespace mlip::select {

namespace {

/// Of standardised descriptors: below this share of the usual spread a direction counts as known.
constexpr double prior = 1e-3;

}  // namespace

Volume::Volume(std::span<const SpeciesDescriptors> all) {
  std::map<int, Eigen::Index> atoms;
  for (const SpeciesDescriptors& structure : all)
    for (const auto& [number, columns] : structure) {
      Eigen::VectorXd& squares = species_[number].scale;
      if (squares.size() == 0) squares.setZero(columns.rows());
      squares += columns.rowwise().squaredNorm();
      atoms[number] += columns.cols();
    }
  for (auto& [number, species] : species_) {
    const Eigen::ArrayXd rms = (species.scale.array() / double(atoms[number])).sqrt();
    species.scale = (rms > 0).select(rms.inverse(), 0);
    species.covariance = Eigen::MatrixXd::Identity(rms.size(), rms.size()) / prior;
  }
}

Volume::Addition Volume::addition(const Species& species, const Eigen::MatrixXd& columns) {
  const Eigen::MatrixXd scaled = species.scale.asDiagonal() * columns;
  Eigen::MatrixXd spread = species.covariance * scaled;
  const Eigen::MatrixXd within =
      Eigen::MatrixXd::Identity(columns.cols(), columns.cols()) + scaled.transpose() * spread;
  return {std::move(spread), within.llt().matrixL()};
}

double Volume::gain(const SpeciesDescriptors& structure) const {
  double sum = 0;
  for (const auto& [number, columns] : structure)
    sum += 2 * addition(species_.at(number), columns).factor.diagonal().array().log().sum();
  return sum;
}

void Volume::take(const SpeciesDescriptors& structure) {
  for (const auto& [number, columns] : structure) {
    Species& species = species_.at(number);
    const auto [spread, factor] = addition(species, columns);
    const Eigen::MatrixXd half = factor.triangularView<Eigen::Lower>().solve(spread.transpose());
    species.covariance.noalias() -= half.transpose() * half;
  }
}

}  // namespace mlip::select
