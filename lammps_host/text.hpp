/// Numbers as text that reads back to the same number.
#pragma once

#include <charconv>
#include <span>
#include <string>

namespace mlip::lammps_host {

[[nodiscard]] inline std::string shortest(double number) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
  return {buffer, end};
}

/// The numbers with spaces between them.
[[nodiscard]] inline std::string row(std::span<const double> numbers) {
  std::string text;
  for (double number : numbers) {
    if (!text.empty()) text += ' ';
    text += shortest(number);
  }
  return text;
}

}  // namespace mlip::lammps_host
