#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "core/units.hpp"
#include "dft/espresso/output.hpp"

namespace mlip::dft::espresso {

namespace {

constexpr double printed_force_unit = core::ev_per_rydberg / core::angstrom_per_bohr;
constexpr double printed_stress_unit =
    core::ev_per_rydberg /
    (core::angstrom_per_bohr * core::angstrom_per_bohr * core::angstrom_per_bohr);

bool has(std::string_view line, std::string_view text) {
  return line.find(text) != std::string_view::npos;
}

std::string_view after(std::string_view line, std::string_view text) {
  const auto at = line.find(text);
  return at == std::string_view::npos ? std::string_view() : line.substr(at + text.size());
}

std::string stripped(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(" \t\r") - first + 1));
}

/// Leading numbers of a text, finite ones only; stops at the first word that is none (stars, NaN).
std::vector<double> numbers(std::string_view text) {
  const std::string copy(text);
  std::vector<double> values;
  for (const char* at = copy.c_str();;) {
    char* end = nullptr;
    const double value = std::strtod(at, &end);
    if (end == at || !std::isfinite(value)) return values;
    values.push_back(value);
    at = end;
  }
}

std::optional<double> first_number(std::string_view text) {
  const auto values = numbers(text);
  return values.empty() ? std::nullopt : std::optional(values[0]);
}

/// Goes through the lines once; a block (stress, moments, pseudopotential) ends where its lines
/// end.
class Reader {
 public:
  void read(std::string_view line) {
    if (in_stress_ && read_stress_row(line)) return;
    read_header(line);
    read_iteration(line);
    read_result(line);
  }
  [[nodiscard]] TextOutput result() && { return std::move(result_); }

 private:
  bool read_stress_row(std::string_view line) {
    const auto values = numbers(line);
    if (values.size() < 3) {
      in_stress_ = false;
      return false;
    }
    for (int column = 0; column < 3; ++column)
      stress_(row_, column) = -printed_stress_unit * values[static_cast<std::size_t>(column)];
    if (++row_ == 3) {
      result_.stress = stress_;
      in_stress_ = false;
    }
    return true;
  }

  void read_header(std::string_view line) {
    if (has(line, "Program PWSCF v.")) {
      const std::string rest = stripped(after(line, "Program PWSCF v."));
      result_.version = rest.substr(0, rest.find(' '));
    } else if (has(line, ", running on")) {
      result_.processes = whole(after(line, ", running on"));
    } else if (has(line, "PseudoPot. #")) {
      std::string element = stripped(after(line, " for "));
      element = element.substr(0, element.find(' '));
      result_.pseudopotentials.push_back({element, "", ""});
      in_pseudopotential_ = true;
    } else if (in_pseudopotential_ && has(line, "MD5 check sum:")) {
      result_.pseudopotentials.back().checksum = stripped(after(line, "MD5 check sum:"));
      in_pseudopotential_ = false;
    } else if (in_pseudopotential_ && result_.pseudopotentials.back().file.empty()) {
      result_.pseudopotentials.back().file = stripped(line);
    }
  }

  void read_iteration(std::string_view line) {
    if (has(line, "iteration #")) {
      ++result_.scf_steps;
    } else if (has(line, "estimated scf accuracy")) {
      if (const auto accuracy = first_number(after(line, "<")))
        result_.accuracies_ry.push_back(*accuracy);
    } else if (has(line, "Magnetic moment per site")) {
      result_.magnetic_moments.clear();
    } else if (has(line, "atom:") && has(line, "magn:")) {
      if (const auto moment = first_number(after(line, "magn:")))
        result_.magnetic_moments.push_back(*moment);
    } else if (has(line, "total magnetization") && has(line, "Bohr mag/cell")) {
      result_.total_magnetization = first_number(after(line, "="));
    } else if (has(line, "absolute magnetization")) {
      result_.absolute_magnetization = first_number(after(line, "="));
    }
  }

  void read_result(std::string_view line) {
    if (line.starts_with("!")) {
      if (const auto energy = first_number(after(line, "=")))
        result_.energy = *energy * core::ev_per_rydberg;
    } else if (has(line, "convergence has been achieved")) {
      result_.converged = true;
    } else if (has(line, "Forces acting on atoms")) {
      result_.forces.clear();
      in_forces_ = true;
    } else if (in_forces_ && has(line, "atom") && has(line, "force =")) {
      const auto values = numbers(after(line, "force ="));
      if (values.size() == 3)
        result_.forces.emplace_back(core::Vec3(values[0], values[1], values[2]) *
                                    printed_force_unit);
    } else if (has(line, "Total force =")) {
      in_forces_ = false;
    } else if (has(line, "total   stress")) {
      in_stress_ = true;
      row_ = 0;
    } else if (has(line, "JOB DONE.")) {
      result_.job_done = true;
    }
  }

  static int whole(std::string_view text) {
    const double value = first_number(text).value_or(0);
    return std::abs(value) < 1e9 ? static_cast<int>(value) : 0;
  }

  TextOutput result_;
  bool in_pseudopotential_ = false, in_forces_ = false, in_stress_ = false;
  int row_ = 0;
  core::Mat3 stress_ = core::Mat3::Zero();
};

}  // namespace

TextOutput parse_text(std::string_view content) {
  Reader reader;
  while (!content.empty()) {
    const auto end = std::min(content.find('\n'), content.size());
    reader.read(content.substr(0, end));
    content.remove_prefix(std::min(end + 1, content.size()));
  }
  return std::move(reader).result();
}

}  // namespace mlip::dft::espresso
