#include "explore/lammps_input.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/element.hpp"

namespace mlip::explore {
namespace {

// LAMMPS takes seeds from 1 to 900 000 000 (Marsaglia's generator).
int lammps_seed(std::uint64_t seed, std::uint64_t item) {
  const std::uint64_t mixed = (seed + item) * 0x9E3779B97F4A7C15ULL;
  return static_cast<int>(1 + (mixed >> 32) % 899999999ULL);
}

std::string symbols(const core::Structure& structure) {
  std::string text;
  for (int number : elements_of(structure))
    text += fmt::format(" {}", core::element(number).symbol);
  return text;
}

std::string integrator(const LammpsFrame& frame, const Options& options, std::uint64_t seed) {
  const double start = options.start_temperature;
  const double end = options.end_temperature;
  const double damping = 0.1;           // ps
  const double pressure_damping = 1.0;  // ps
  if (options.constant_pressure && frame.cell.all_periodic())
    return fmt::format("fix integrate all npt temp {} {} {} {} 0.0 0.0 {}\n", start, end, damping,
                       frame.triclinic() ? "tri" : "aniso", pressure_damping);
  return fmt::format("fix integrate all nve\nfix heat all langevin {} {} {} {} zero yes\n", start,
                     end, damping, lammps_seed(seed, 1));
}

}  // namespace

std::vector<int> elements_of(const core::Structure& structure) {
  std::vector<int> numbers = structure.numbers;
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

std::string data_file(const core::Structure& structure, const LammpsFrame& frame) {
  const std::vector<int> elements = elements_of(structure);
  std::string text = fmt::format("start of a walk: {}\n\n{} atoms\n{} atom types\n\n",
                                 structure.formula(), structure.size(), elements.size());
  const core::Mat3& box = frame.box;
  auto out = std::back_inserter(text);
  fmt::format_to(out, "0 {} xlo xhi\n0 {} ylo yhi\n0 {} zlo zhi\n", box(0, 0), box(1, 1),
                 box(2, 2));
  if (frame.triclinic())
    fmt::format_to(out, "{} {} {} xy xz yz\n", box(1, 0), box(2, 0), box(2, 1));
  text += "\nMasses\n\n";
  for (std::size_t t = 0; t < elements.size(); ++t)
    fmt::format_to(out, "{} {}\n", t + 1, core::element(elements[t]).mass);
  text += "\nAtoms # atomic\n\n";
  for (std::size_t i = 0; i < structure.size(); ++i) {
    const core::Vec3 x = frame.to_lammps(structure.positions[i]);
    const auto type = std::lower_bound(elements.begin(), elements.end(), structure.numbers[i]);
    fmt::format_to(out, "{} {} {} {} {}\n", i + 1, type - elements.begin() + 1, x[0], x[1], x[2]);
  }
  return text;
}

std::string script(const core::Structure& structure, const LammpsFrame& frame,
                   const Options& options, std::uint64_t seed) {
  std::string text = "units metal\natom_style atomic\nboundary p p p\nbox tilt large\nnewton on\n";
  auto out = std::back_inserter(text);
  fmt::format_to(out, "read_data {}\n", data_file_name);
  fmt::format_to(out, "pair_style mlip/ace\npair_coeff * * {} {}{}\n", potential_name,
                 active_set_name, symbols(structure));
  text += "neighbor 1.0 bin\nneigh_modify delay 0 every 1 check yes one 10000 page 1000000\n";
  fmt::format_to(out, "velocity all create {} {} mom yes rot {} dist gaussian\n",
                 options.start_temperature, lammps_seed(seed, 0),
                 frame.cell.any_periodic() ? "no" : "yes");
  fmt::format_to(out, "timestep {}\n", options.timestep_fs / 1000);
  text += integrator(frame, options, seed);
  fmt::format_to(out, "fix watch all mlip/watch {} {} {} {} {} {} {}\n", options.gamma_interval,
                 options.gamma_pick, options.gamma_halt, options.excursion_spacing,
                 options.max_excursions, samples_name, excursion_prefix);
  fmt::format_to(out, "thermo {}\nthermo_style custom step time temp pe etotal press vol\n",
                 std::max(1, options.gamma_interval));
  text += "thermo_modify lost error flush yes\n";
  fmt::format_to(out, "run {}\n", options.steps);
  return text;
}

}  // namespace mlip::explore
