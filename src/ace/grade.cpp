#include "ace/grade.hpp"

#include <fmt/format.h>

#include <cmath>

#include "ace/vectorise.hpp"
#include "core/error.hpp"

namespace mlip::ace {

namespace {

MLIP_VECTORISE void add_row(const double* row, double b, double* sum, std::size_t count) {
  for (std::size_t j = 0; j < count; ++j) sum[j] += b * row[j];
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
  inverse_.resize(rows * rows);
  Eigen::Map<Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
      inverse_.data(), found->second.rows(), found->second.cols()) = found->second;
}

double Grade::of(std::span<const double> projections, std::span<const double> slopes) const {
  thread_local std::vector<double> sum;
  sum.assign(width_, 0.0);
  for (std::size_t k = 0; k < width_; ++k) {
    const double scale = width_ == functions_ ? 1 : slopes[k / functions_];
    const double b = scale * projections[k % functions_];
    if (b != 0) add_row(&inverse_[k * width_], b, sum.data(), width_);
  }
  double largest = 0;
  for (double each : sum) largest = std::max(largest, std::abs(each));
  return largest;
}

}  // namespace mlip::ace
