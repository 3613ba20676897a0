#include "dft/convergence_slope.hpp"

#include <cmath>

namespace mlip::dft {

std::optional<double> convergence_slope(const std::vector<double>& accuracies) {
  std::vector<double> logs;
  for (double accuracy : accuracies)
    if (accuracy > 0) logs.push_back(std::log(accuracy));
  if (logs.size() > 10) logs.erase(logs.begin(), logs.end() - 10);
  if (logs.size() < 3) return std::nullopt;
  const double n = static_cast<double>(logs.size());
  double x_mean = (n - 1) / 2, y_mean = 0, xy = 0, xx = 0;
  for (double y : logs) y_mean += y / n;
  for (std::size_t i = 0; i < logs.size(); ++i) {
    const double x = static_cast<double>(i) - x_mean;
    xy += x * (logs[i] - y_mean);
    xx += x * x;
  }
  return xy / xx;
}

}  // namespace mlip::dft
