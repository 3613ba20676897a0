#include "dft/espresso/input.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "core/element.hpp"
#include "core/error.hpp"
#include "dft/bands.hpp"

namespace mlip::dft::espresso {

namespace {

std::string symbol(int number) {
  return std::string(core::element(number).symbol);
}

std::string control(const Parameters& parameters, const Numerics& numerics,
                    const std::string& run_id) {
  return fmt::format(
      "&CONTROL\n"
      "{}"
      "  calculation = 'scf'\n"
      "  prefix = 'x'\n"
      "  outdir = './out'\n"
      "  pseudo_dir = './pseudo'\n"
      "  tprnfor = .true.\n"
      "  tstress = {}\n"
      "  disk_io = 'low'\n"
      "  max_seconds = {:.0f}\n"
      "/\n",
      run_id.empty() ? "" : fmt::format("  title = '{}'\n", run_id),
      parameters.isolated ? ".false." : ".true.",
      std::max(1.0, 0.95 * numerics.time_limit_seconds));
}

/// A kind of atom as pw.x counts them: an element, or its atoms of one sign.
struct AtomType {
  std::string label;
  int number = 0, sign = 1;

  bool operator<(const AtomType& other) const { return label < other.label; }
};

/// One an atom, in the order of the structure.
std::vector<AtomType> atom_types(const core::Structure& structure, const Parameters& parameters,
                                 const Numerics& numerics) {
  std::vector<AtomType> types;
  for (const int number : structure.numbers) types.push_back({symbol(number), number, 1});
  if (!parameters.spin_polarized || !numerics.start.alternating) return types;
  const auto signs = alternating_signs(structure);
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (!alternates(types[i].number)) continue;
    types[i].sign = signs[i];
    types[i].label += signs[i] > 0 ? "1" : "2";
  }
  return types;
}

std::set<AtomType> distinct_types(const core::Structure& structure, const Parameters& parameters,
                                  const Numerics& numerics) {
  const auto types = atom_types(structure, parameters, numerics);
  return {types.begin(), types.end()};
}

/// An atom's, μ_B, before the sign of its type.
double start_moment(int number, const Parameters& parameters, const Numerics& numerics) {
  const auto given = numerics.start.moments.find(number);
  const double moment = given == numerics.start.moments.end()
                            ? parameters.species.at(symbol(number)).starting_moment
                            : given->second;
  return numerics.moment_factor * moment;
}

Filling filling_of(const core::Structure& structure, const Parameters& parameters,
                   const Numerics& numerics) {
  Filling filling = {valence_electrons(structure, parameters), 0, structure.size()};
  if (parameters.spin_polarized)
    for (const int number : structure.numbers)
      filling.moment += std::abs(start_moment(number, parameters, numerics));
  return filling;
}

std::string spin(const core::Structure& structure, const Parameters& parameters,
                 const Numerics& numerics) {
  if (!parameters.spin_polarized) return "";
  std::string text = "  nspin = 2\n";
  int index = 0;
  for (const AtomType& type : distinct_types(structure, parameters, numerics)) {
    const Species& species = parameters.species.at(symbol(type.number));
    const double fraction =
        type.sign * start_moment(type.number, parameters, numerics) / species.valence;
    text += fmt::format("  starting_magnetization({}) = {:.6f}\n", ++index,
                        std::clamp(fraction, -1.0, 1.0));
  }
  if (parameters.occupations == "fixed") {
    double moment = 0;
    for (int number : structure.numbers)
      moment += parameters.species.at(symbol(number)).starting_moment;
    text += fmt::format("  tot_magnetization = {:.0f}\n", moment);
  }
  return text;
}

std::string system_of(const core::Structure& structure, const Parameters& parameters,
                      const Numerics& numerics) {
  std::string text = fmt::format(
      "&SYSTEM\n"
      "  ibrav = 0\n"
      "  nat = {}\n"
      "  ntyp = {}\n"
      "  ecutwfc = {}\n"
      "  ecutrho = {}\n"
      "  occupations = '{}'\n",
      structure.size(), distinct_types(structure, parameters, numerics).size(),
      parameters.ecutwfc_ry, parameters.ecutrho_ry, parameters.occupations);
  if (parameters.ecfixed_ry > 0)
    text += fmt::format("  ecfixed = {}\n  qcutz = {}\n  q2sigma = 2\n", parameters.ecfixed_ry,
                        3 * parameters.ecfixed_ry);
  if (parameters.occupations == "smearing")
    text += fmt::format("  smearing = '{}'\n  degauss = {}\n", parameters.smearing,
                        parameters.degauss_ry * numerics.degauss_factor);
  text += spin(structure, parameters, numerics);
  if (parameters.isolated) text += "  assume_isolated = 'mt'\n";
  if (numerics.band_factor > 1 || parameters.occupations == "smearing")
    text += fmt::format("  nbnd = {}\n", band_count(filling_of(structure, parameters, numerics),
                                                    numerics.band_factor));
  return text + "/\n";
}

std::string electrons(const Parameters& parameters, const Numerics& numerics) {
  std::string text = fmt::format(
      "&ELECTRONS\n"
      "  conv_thr = {}\n"
      "  electron_maxstep = {}\n"
      "  mixing_beta = {}\n"
      "  mixing_mode = '{}'\n"
      "  mixing_ndim = {}\n"
      "  diagonalization = '{}'\n",
      parameters.conv_thr_ry, numerics.electron_maxstep, numerics.mixing_beta, numerics.mixing_mode,
      numerics.mixing_ndim, numerics.diagonalization);
  if (numerics.diagonalization == "cg") text += "  diago_cg_maxiter = 100\n";
  if (numerics.start_from_density) text += "  startingpot = 'file'\n";
  if (numerics.start_from_wavefunctions) text += "  startingwfc = 'file'\n";
  return text + "/\n";
}

std::string k_points(const core::Structure& structure, const Parameters& parameters) {
  const auto grid = k_grid(structure, parameters);
  if (grid == std::array{1, 1, 1}) return "K_POINTS gamma\n";
  return fmt::format("K_POINTS automatic\n{} {} {} 0 0 0\n", grid[0], grid[1], grid[2]);
}

}  // namespace

Numerics first_numerics(const Parameters& parameters) {
  Numerics numerics;
  numerics.mixing_beta = parameters.mixing_beta;
  numerics.electron_maxstep = parameters.electron_maxstep;
  numerics.time_limit_seconds = parameters.time_limit_seconds;
  numerics.mpi_ranks = std::max(1, parameters.mpi_ranks);
  return numerics;
}

std::array<int, 3> k_grid(const core::Structure& structure, const Parameters& parameters) {
  if (parameters.isolated) return {1, 1, 1};
  return odd_grid(structure, parameters.k_spacing);
}

double valence_electrons(const core::Structure& structure, const Parameters& parameters) {
  double electrons = 0;
  for (int number : structure.numbers) {
    const auto species = parameters.species.find(symbol(number));
    if (species == parameters.species.end())
      throw core::UserError(core::ExitCode::bad_input,
                            fmt::format("no pseudopotential for '{}'", symbol(number)),
                            "list the element among the run's elements");
    electrons += species->second.valence;
  }
  return electrons;
}

std::vector<std::string> species_of(const core::Structure& structure) {
  std::set<std::string> symbols;
  for (int number : structure.numbers) symbols.insert(symbol(number));
  return {symbols.begin(), symbols.end()};
}

std::string pseudopotential_name(const Species& species) {
  return std::filesystem::path(species.pseudopotential).filename().string();
}

std::string write_input(const core::Structure& structure, const Parameters& parameters,
                        const Numerics& numerics, const std::string& run_id) {
  (void)valence_electrons(structure, parameters);  // refuses unknown elements
  const core::Structure box = boxed(structure);
  std::string text = control(parameters, numerics, run_id) + system_of(box, parameters, numerics) +
                     electrons(parameters, numerics) + "ATOMIC_SPECIES\n";
  for (const AtomType& type : distinct_types(box, parameters, numerics))
    text += fmt::format("{} {} {}\n", type.label, core::element(type.number).mass,
                        pseudopotential_name(parameters.species.at(symbol(type.number))));
  text += k_points(structure, parameters) + "CELL_PARAMETERS angstrom\n";
  for (int row = 0; row < 3; ++row)
    text += fmt::format("{:.14f} {:.14f} {:.14f}\n", box.cell.vectors(row, 0),
                        box.cell.vectors(row, 1), box.cell.vectors(row, 2));
  text += "ATOMIC_POSITIONS angstrom\n";
  const auto types = atom_types(box, parameters, numerics);
  for (std::size_t i = 0; i < box.size(); ++i)
    text += fmt::format("{} {:.14f} {:.14f} {:.14f}\n", types[i].label, box.positions[i].x(),
                        box.positions[i].y(), box.positions[i].z());
  return text;
}

}  // namespace mlip::dft::espresso
