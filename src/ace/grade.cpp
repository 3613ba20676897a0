#include "ace/grade.hpp"

#include <fmt/format.h>

#include "ace/vectorise.hpp"
#include "core/error.hpp"

namespace mlip::ace {

namespace {

constexpr std::size_t panel_width = 8;

/// gamma = max(gamma, |Σ_k b_k A⁻¹_kj|) of eight columns j.
MLIP_INLINE void raise(const double* inverse, const Lane* b, std::size_t rows, Lane& gamma) {
  Lane sum[panel_width] = {};
  for (std::size_t k = 0; k < rows; ++k, inverse += panel_width)
    for (std::size_t j = 0; j < panel_width; ++j) sum[j] += inverse[j] * b[k];
  for (const Lane& each : sum) {
    const Lane size = each < 0 ? -each : each;
    gamma = size <= gamma ? gamma : size;  // so that what is not a number stays
  }
}

MLIP_VECTORISE void largest(const double* inverse, const Lane* b, std::size_t rows, Lane& gamma) {
  Lane found = {};
  for (std::size_t j = 0; j < rows; j += panel_width) raise(inverse + j * rows, b, rows, found);
  gamma = found;
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
  inverse_.resize(rows * ((rows + panel_width - 1) / panel_width) * panel_width);
  for (std::size_t k = 0; k < rows; ++k)
    for (std::size_t j = 0; j < rows; ++j)
      inverse_[(j / panel_width * rows + k) * panel_width + j % panel_width] =
          found->second(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(j));
}

void Grade::of(const Lane* projections, const Lane* slopes, LaneBuffer& scratch,
               Lane& gamma) const {
  if (width_ == functions_) return largest(inverse_.data(), projections, width_, gamma);
  scratch.resize(width_);
  for (std::size_t k = 0; k < width_; ++k)
    scratch.data()[k] = slopes[k / functions_] * projections[k % functions_];
  largest(inverse_.data(), scratch.data(), width_, gamma);
}

}  // namespace mlip::ace
