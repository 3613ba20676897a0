#include "report/axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace mlip::report {

namespace {

double round_step(double rough) {
  const double decade = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (rough <= 1.3 * factor * decade) return factor * decade;
  return 10 * decade;
}

std::string label_of(double value, double step) {
  if (std::abs(value) < step * 1e-6) return "0";
  const int decimals = std::max(0, -static_cast<int>(std::floor(std::log10(step) + 1e-9)));
  if (decimals > 6 || std::abs(value) >= 1e7) return fmt::format("{:g}", value);
  return fmt::format("{:.{}f}", value, decimals);
}

std::string decade_label(double value) {
  if (value >= 1e-3 && value < 1e5) return fmt::format("{:g}", value);
  return fmt::format("{:.0e}", value);
}

}  // namespace

Axis::Axis(Kind kind, double low, double high) : kind_(kind), low_(low), high_(high) {
  if (high_ > low_) return;
  if (kind == Kind::logarithmic) {
    low_ /= 2;
    high_ = 4 * low_;
  } else {
    const double room = low_ == 0 ? 1 : std::abs(low_) * 0.05;
    low_ -= room;
    high_ = low_ + 2 * room;
  }
}

void Axis::place(double low_pixel, double high_pixel) {
  low_pixel_ = low_pixel;
  high_pixel_ = high_pixel;
}

double Axis::pixel(double value) const {
  const bool logarithmic = kind_ == Kind::logarithmic;
  const double part = logarithmic
                          ? std::log(std::max(value, 1e-300) / low_) / std::log(high_ / low_)
                          : (value - low_) / (high_ - low_);
  return low_pixel_ + part * (high_pixel_ - low_pixel_);
}

std::vector<Tick> Axis::ticks(int wanted) const {
  return kind_ == Kind::logarithmic ? logarithmic_ticks(wanted) : linear_ticks(wanted);
}

std::vector<Tick> Axis::linear_ticks(int wanted) const {
  double step = round_step((high_ - low_) / wanted);
  if (kind_ == Kind::whole) step = std::max(1.0, step);
  std::vector<Tick> ticks;
  for (double k = std::ceil(low_ / step - 1e-9); k * step <= high_ + step * 1e-9; ++k)
    ticks.push_back({k * step, label_of(k * step, step)});
  return ticks;
}

std::vector<Tick> Axis::logarithmic_ticks(int wanted) const {
  const double decades = std::log10(high_ / low_);
  const std::vector<double> factors = decades > 2.5   ? std::vector<double>{1}
                                      : decades > 1.2 ? std::vector<double>{1, 3}
                                      : decades > 0.6
                                          ? std::vector<double>{1, 2, 5}
                                          : std::vector<double>{1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9};
  const int stride = std::max(1, static_cast<int>(std::ceil(decades / wanted)));
  std::vector<Tick> ticks;
  const int first = static_cast<int>(std::floor(std::log10(low_)));
  for (int exponent = first; std::pow(10, exponent) <= high_; exponent += stride)
    for (const double factor : factors) {
      const double value = factor * std::pow(10, exponent);
      if (value >= low_ * (1 - 1e-9) && value <= high_ * (1 + 1e-9))
        ticks.push_back({value, decade_label(value)});
    }
  return ticks;
}

Axis axis_around(Axis::Kind kind, const std::vector<double>& values) {
  double low = INFINITY, high = -INFINITY;
  for (const double value : values) {
    if (!std::isfinite(value) || (kind == Axis::Kind::logarithmic && value <= 0)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  if (kind == Axis::Kind::logarithmic) {
    if (low > high) return {kind, 1, 10};
    const double room = std::max(1.15, std::pow(high / low, 0.08));
    return {kind, low / room, high * room};
  }
  if (low > high) return {kind, 0, 1};
  const double room = kind == Axis::Kind::whole ? 0.5 : 0.05 * (high - low);
  return {kind, low - room, high + room};
}

}  // namespace mlip::report
