#include "select/descriptors.hpp"

#include "core/error.hpp"

namespace mlip::select {

SpeciesDescriptors descriptors_of(const core::Structure& structure, const std::vector<double>& mask,
                                  const potential::Calculator& model) {
  const potential::Evaluation found =
      model.evaluate(structure, {.gamma = false, .descriptors = true});
  if (found.descriptors.size() != structure.size())
    throw core::UserError(core::ExitCode::bad_input, "the model that selects has no descriptors",
                          "select with an ACE potential or another model that offers descriptors");
  std::map<int, std::vector<std::size_t>> atoms;
  for (std::size_t i = 0; i < structure.size(); ++i)
    if (mask.empty() || mask[i] > 0) atoms[structure.numbers[i]].push_back(i);
  SpeciesDescriptors result;
  for (const auto& [number, indices] : atoms) {
    Eigen::MatrixXd& columns = result[number];
    columns.resize(found.descriptors[indices.front()].size(),
                   static_cast<Eigen::Index>(indices.size()));
    for (std::size_t k = 0; k < indices.size(); ++k)
      columns.col(static_cast<Eigen::Index>(k)) = found.descriptors[indices[k]];
  }
  return result;
}

Eigen::VectorXd fingerprint(const SpeciesDescriptors& descriptors,
                            const std::map<int, Eigen::Index>& widths) {
  Eigen::Index length = 0, atoms = 0;
  for (const auto& [number, width] : widths) length += 2 * width + 1;
  for (const auto& [number, columns] : descriptors) atoms += columns.cols();
  Eigen::VectorXd result = Eigen::VectorXd::Zero(length);
  Eigen::Index start = 0;
  for (const auto& [number, width] : widths) {
    if (const auto found = descriptors.find(number); found != descriptors.end()) {
      const Eigen::MatrixXd& columns = found->second;
      const Eigen::VectorXd mean = columns.rowwise().mean();
      result.segment(start, width) = mean;
      result.segment(start + width, width) =
          (columns.colwise() - mean).cwiseAbs2().rowwise().mean().cwiseSqrt();
      result[start + 2 * width] = static_cast<double>(columns.cols()) / static_cast<double>(atoms);
    }
    start += 2 * width + 1;
  }
  return result;
}

std::map<int, Eigen::Index> widths_of(std::span<const SpeciesDescriptors> structures) {
  std::map<int, Eigen::Index> widths;
  for (const SpeciesDescriptors& structure : structures)
    for (const auto& [number, columns] : structure) {
      const auto [entry, fresh] = widths.emplace(number, columns.rows());
      MLIP_ASSERT(fresh || entry->second == columns.rows());
    }
  return widths;
}

void standardise(Eigen::Ref<Eigen::MatrixXd> points) {
  if (points.cols() == 0) return;
  const auto count = static_cast<double>(points.cols());
  Eigen::VectorXd mean = Eigen::VectorXd::Zero(points.rows()), largest = mean, squares = mean;
  for (const auto& point : points.colwise()) {
    mean += point / count;
    largest = largest.cwiseMax(point.cwiseAbs());
  }
  for (const auto& point : points.colwise()) squares += (point - mean).cwiseAbs2() / count;
  const Eigen::ArrayXd deviation = squares.array().sqrt();
  const Eigen::VectorXd scale =
      (deviation > 1e-12 * largest.array()).select(deviation.inverse(), 0);
  for (auto point : points.colwise()) point = (point - mean).cwiseProduct(scale);
}

void centre(Eigen::Ref<Eigen::MatrixXd> points) {
  if (points.cols() == 0) return;
  Eigen::VectorXd mean = Eigen::VectorXd::Zero(points.rows());
  for (const auto& point : points.colwise()) mean += point / double(points.cols());
  for (auto point : points.colwise()) point -= mean;
}

}  // namespace mlip::select
