#include "config/quantity.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "core/units.hpp"

namespace mlip::config {

namespace {

/// Exponents of energy, length, time, temperature, mass, magnetic moment.
using Dimension = std::array<int, 6>;
constexpr Dimension none{}, energy{1}, length{0, 1}, time{0, 0, 1}, temperature{0, 0, 0, 1},
    mass{0, 0, 0, 0, 1}, moment{0, 0, 0, 0, 0, 1}, pressure{1, -3};

struct Unit {
  std::string_view name;
  Dimension dimension;
  double factor;  ///< to eV, Å, fs, K, u, μ_B
};

constexpr double joule = 1 / 1.602176634e-19;
constexpr double gpa = 1 / core::gpa_per_ev_per_a3;
constexpr double avogadro = 6.02214076e23;

constexpr std::array units = {
    Unit{"eV", energy, 1},
    Unit{"meV", energy, 1e-3},
    Unit{"keV", energy, 1e3},
    Unit{"Ry", energy, core::ev_per_rydberg},
    Unit{"mRy", energy, core::ev_per_rydberg * 1e-3},
    Unit{"Ha", energy, core::ev_per_hartree},
    Unit{"J", energy, joule},
    Unit{"kJ", energy, joule * 1e3},
    Unit{"cal", energy, joule * 4.184},
    Unit{"kcal", energy, joule * 4184},
    Unit{"mol", none, avogadro},
    Unit{"atom", none, 1},
    Unit{"Å", length, 1},
    Unit{"A", length, 1},
    Unit{"Ang", length, 1},
    Unit{"angstrom", length, 1},
    Unit{"nm", length, 10},
    Unit{"pm", length, 0.01},
    Unit{"bohr", length, core::angstrom_per_bohr},
    Unit{"fs", time, 1},
    Unit{"ps", time, 1e3},
    Unit{"ns", time, 1e6},
    Unit{"ms", time, 1e12},
    Unit{"s", time, 1e15},
    Unit{"min", time, 60e15},
    Unit{"h", time, 3600e15},
    Unit{"d", time, 86400e15},
    Unit{"K", temperature, 1},
    Unit{"u", mass, 1},
    Unit{"μB", moment, 1},
    Unit{"μ_B", moment, 1},
    Unit{"muB", moment, 1},
    Unit{"GPa", pressure, gpa},
    Unit{"MPa", pressure, gpa * 1e-3},
    Unit{"Pa", pressure, gpa * 1e-9},
    Unit{"bar", pressure, gpa * 1e-4},
    Unit{"kbar", pressure, gpa * 0.1},
    Unit{"atm", pressure, gpa * 1.01325e-4},
};

struct Measure {
  Dimension dimension{};
  double factor = 1;
};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// One factor such as "eV", "1", "Å^3", "Å³".
std::optional<Measure> factor_of(std::string_view text) {
  text = trimmed(text);
  if (text == "1") return Measure{};
  int power = 1;
  constexpr std::array<std::pair<std::string_view, int>, 4> powers = {
      {{"^2", 2}, {"^3", 3}, {"²", 2}, {"³", 3}}};
  for (const auto& [ending, value] : powers)
    if (text.ends_with(ending)) {
      power = value;
      text.remove_suffix(ending.size());
      break;
    }
  for (const Unit& unit : units) {
    if (unit.name != text) continue;
    Measure measure{unit.dimension, std::pow(unit.factor, power)};
    for (int& exponent : measure.dimension) exponent *= power;
    return measure;
  }
  return std::nullopt;
}

/// "a/b/c": the first factor over all others.
std::optional<Measure> measure_of(std::string_view text) {
  Measure result;
  for (bool first = true;; first = false) {
    const auto slash = text.find('/');
    const auto part = factor_of(text.substr(0, slash));
    if (!part) return std::nullopt;
    const int sign = first ? 1 : -1;
    for (std::size_t k = 0; k < part->dimension.size(); ++k)
      result.dimension[k] += sign * part->dimension[k];
    result.factor = first ? part->factor : result.factor / part->factor;
    if (slash == std::string_view::npos) return result;
    text.remove_prefix(slash + 1);
  }
}

std::string name_of(const Dimension& dimension) {
  if (dimension == energy) return "energy";
  if (dimension == length) return "length";
  if (dimension == time) return "time";
  if (dimension == temperature) return "temperature";
  if (dimension == mass) return "mass";
  if (dimension == moment) return "magnetic moment";
  if (dimension == pressure) return "pressure";
  return "quantity of this kind";
}

/// The number at the start of the text, and how many characters it takes; none where there is none.
std::optional<std::pair<double, std::size_t>> leading_number(std::string_view text) {
  const std::size_t skipped = !text.empty() && text.front() == '+' ? 1 : 0;
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + skipped, end, number);
  if (error != std::errc() || !std::isfinite(number)) return std::nullopt;
  if (skipped == 1 && text.size() > 1 && text[1] == '-') return std::nullopt;
  return std::pair(number, static_cast<std::size_t>(stop - text.data()));
}

}  // namespace

core::Result<double> parse_number(std::string_view text) {
  const auto number = leading_number(text);
  if (!number || number->second != text.size())
    return core::Failure{fmt::format("expected a number, got '{}'", text)};
  return number->first;
}

core::Result<double> parse_quantity(std::string_view text, const std::string& unit) {
  const auto number = leading_number(text);
  if (!number)
    return core::Failure{fmt::format("expected a number{}, got '{}'",
                                     unit.empty() ? "" : fmt::format(" in {}", unit), text)};
  const auto written = trimmed(text.substr(number->second));
  if (written.empty() || (written == unit && !unit.empty())) return number->first;
  if (unit.empty())
    return core::Failure{fmt::format("expected a number without a unit, got '{}'", text)};
  const auto target = measure_of(unit);
  const auto source = measure_of(written);
  if (!source || !target)
    return core::Failure{
        fmt::format("unknown unit '{}' in '{}'; expected {}", written, text, unit)};
  if (source->dimension != target->dimension)
    return core::Failure{
        fmt::format("'{}' is no {}; expected {}", text, name_of(target->dimension), unit)};
  const double value = number->first * (source->factor / target->factor);
  if (!std::isfinite(value)) return core::Failure{fmt::format("'{}' is too large", text)};
  return value;
}

bool known_unit(const std::string& unit) {
  return measure_of(unit).has_value();
}

}  // namespace mlip::config
