#include "dft/vasp/outcar.hpp"

#include <cmath>
#include <cstdlib>
#include <string>

namespace mlip::dft::vasp {

namespace {

using std::string_view;

/// What follows the last occurrence of `text`; empty where there is none.
string_view after_last(string_view content, string_view text) {
  const auto at = content.rfind(text);
  return at == string_view::npos ? string_view() : content.substr(at + text.size());
}

/// Numbers up to the first word that is none, of the line that a text begins with.
std::vector<double> numbers_in(string_view text) {
  const std::string line(text.substr(0, text.find('\n')));
  std::vector<double> values;
  const char* at = line.c_str();
  for (char* end = nullptr;; at = end) {
    const double value = std::strtod(at, &end);
    if (end == at || !std::isfinite(value)) return values;
    values.push_back(value);
  }
}

std::optional<double> first_number(string_view text) {
  const auto values = numbers_in(text);
  return values.empty() ? std::nullopt : std::optional(values.front());
}

/// The column "tot" of the rows between two dashed lines; of one atom there is no second.
std::vector<double> moments_in(string_view rows) {
  std::vector<double> moments;
  auto at = rows.find("\n----");
  while (at != string_view::npos) {
    at = rows.find('\n', at + 1);
    if (at == string_view::npos) break;
    const auto row = numbers_in(rows.substr(at + 1));
    if (row.size() < 3 || row.front() != static_cast<double>(moments.size() + 1)) break;
    moments.push_back(row.back());
  }
  return moments;
}

}  // namespace

Outcar parse_outcar(string_view content) {
  Outcar result;
  result.finished = content.find("General timing and accounting") != string_view::npos;
  result.energy = first_number(after_last(content, "free  energy   TOTEN  ="));
  const auto electrons = after_last(content, "number of electron ");
  const auto magnetization = electrons.substr(0, electrons.find('\n'));
  result.total_magnetization = first_number(after_last(magnetization, "magnetization"));
  result.magnetic_moments = moments_in(after_last(content, "magnetization (x)"));
  return result;
}

}  // namespace mlip::dft::vasp
