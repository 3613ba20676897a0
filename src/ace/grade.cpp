#include "ace/grade.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/vectorise.hpp"

namespace mlip::ace {

namespace {

/// The largest |Σ_k b_k A⁻¹_kj| of all columns j, eight columns at a time.
MLIP_VECTORISE void largest_of_all(const double* inverse, std::size_t stride, const Lane* b,
                                   std::size_t rows, Lane& gamma) {
  Lane found = {};
  for (std::size_t j = 0; j < rows; j += lanes, inverse += lanes * stride) {
    Lane sums[lanes] = {};
    for (std::size_t k = 0; k < rows; ++k)
      for (std::size_t i = 0; i < lanes; ++i) sums[i] += inverse[i * stride + k] * b[k];
    for (const Lane& sum : sums) raise<Lane>(found, sum < 0 ? -sum : sum);
  }
  gamma = found;
}

/// gamma = max(gamma, |Σ_k b_k A⁻¹_kj|) of a column j for each atom, added as those of all.
MLIP_VECTORISE void raise_each(const double* const* columns, const Lane* b, std::size_t rows,
                               Lane& gamma) {
  Lane sum = {};
  for (std::size_t k = 0; k < rows; k += lanes) {
    Lane eight[lanes];
    for (std::size_t i = 0; i < lanes; ++i)
      eight[i] = *reinterpret_cast<const Lane*>(columns[i] + k);
    transpose(eight);
    for (std::size_t i = 0; i < std::min(lanes, rows - k); ++i) sum += eight[i] * b[k + i];
  }
  raise<Lane>(gamma, sum < 0 ? -sum : sum);
}

}  // namespace

Grade::Grade(const ActiveSetInverse& set, const std::string& element, std::size_t functions,
             int densities)
    : functions_(functions) {
  const auto found = set.find(element);
  if (found == set.end())
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("the active set has no matrix for element '{}'", element),
                          "make the active set from the potential it is used with");
  const auto rows = static_cast<std::size_t>(found->second.rows());
  const auto wide = functions * static_cast<std::size_t>(densities);
  if (found->second.rows() != found->second.cols() || (rows != functions && rows != wide))
    throw core::UserError(
        core::ExitCode::bad_input,
        fmt::format("the active set of '{}' is {} × {}, the potential has {} functions", element,
                    rows, found->second.cols(), functions),
        "make the active set from the potential it is used with");
  width_ = rows;
  stride_ = (rows + lanes - 1) / lanes * lanes;
  inverse_.zero(stride_ * stride_ / lanes);
  auto* numbers = reinterpret_cast<double*>(inverse_.data());
  for (std::size_t j = 0; j < rows; ++j)
    for (std::size_t k = 0; k < rows; ++k)
      numbers[j * stride_ + k] =
          found->second(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(j));
  screen_ = make_grade_screen(found->second);
}

const double* Grade::column(std::size_t j) const {
  return reinterpret_cast<const double*>(inverse_.data()) + j * stride_;
}

void Grade::of(const Lane* projections, const Lane* slopes, Scratch& scratch, Lane& gamma) const {
  const Lane* b = projections;
  if (width_ != functions_) {
    scratch.wide.resize(width_);
    for (std::size_t k = 0; k < width_; ++k)
      scratch.wide.data()[k] = slopes[k / functions_] * projections[k % functions_];
    b = scratch.wide.data();
  }
  // A column more costs some 16 times its part of the product of all.
  if (!find_candidates(screen_, b, width_ / 16, scratch.candidates))
    return largest_of_all(column(0), stride_, b, width_, gamma);
  const auto& candidates = scratch.candidates.columns;
  std::size_t rounds = 0;
  for (const auto& each : candidates) rounds = std::max(rounds, each.size());
  gamma = Lane{};
  for (std::size_t round = 0; round < rounds; ++round) {
    std::array<const double*, lanes> columns;
    for (std::size_t i = 0; i < lanes; ++i)
      columns[i] = column(candidates[i][std::min(round, candidates[i].size() - 1)]);
    raise_each(columns.data(), b, width_, gamma);
  }
}

}  // namespace mlip::ace
