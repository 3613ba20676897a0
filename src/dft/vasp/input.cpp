#include "dft/vasp/input.hpp"

#include <fmt/format.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <string_view>
#include <utility>

#include "core/element.hpp"
#include "core/error.hpp"
#include "dft/bands.hpp"
#include "dft/box.hpp"
#include "dft/magnetism.hpp"
#include "dft/md5.hpp"
#include "dft/vasp/potcar.hpp"

namespace mlip::dft::vasp {

namespace {

constexpr double long_axis = 50;  // Å, beyond which VASP asks for a small AMIN

using Tags = std::vector<std::pair<std::string, std::string>>;

std::string symbol_of(int number) {
  return std::string(core::element(number).symbol);
}

void set_tag(Tags& tags, const std::string& key, std::string value) {
  const auto present =
      std::find_if(tags.begin(), tags.end(), [&](const auto& tag) { return tag.first == key; });
  if (present == tags.end())
    tags.emplace_back(key, std::move(value));
  else
    present->second = std::move(value);
}

const Species& species_for(int number, const Parameters& parameters) {
  const auto species = parameters.species.find(symbol_of(number));
  if (species == parameters.species.end())
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("no POTCAR for '{}'", symbol_of(number)),
                          "list the element among the run's elements");
  return species->second;
}

/// μ_B an atom.
std::vector<double> start_moments(const Sent& sent, const Parameters& parameters,
                                  const Numerics& numerics) {
  const MagneticStart& start = numerics.start;
  const auto& numbers = sent.structure.numbers;
  const std::vector<int> signs =
      start.alternating ? alternating_signs(sent.structure) : std::vector<int>(numbers.size(), 1);
  std::vector<double> moments;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto given = start.moments.find(numbers[i]);
    const double moment = given == start.moments.end()
                              ? species_for(numbers[i], parameters).starting_moment
                              : given->second;
    moments.push_back(signs[i] * numerics.moment_factor * moment);
  }
  return moments;
}

/// Equal neighbours as COUNT*VALUE.
std::string magmom(const std::vector<double>& moments) {
  std::string text;
  for (auto first = moments.begin(); first != moments.end();) {
    const auto end =
        std::find_if(first, moments.end(), [&](double moment) { return moment != *first; });
    text += fmt::format("{}{}*{:g}", text.empty() ? "" : " ", end - first, *first);
    first = end;
  }
  return text;
}

Filling filling_of(const Sent& sent, const Parameters& parameters, const Numerics& numerics) {
  Filling filling = {valence_electrons(sent.structure, parameters), 0, sent.structure.size()};
  if (parameters.spin_polarized)
    for (const double moment : start_moments(sent, parameters, numerics))
      filling.moment += std::abs(moment);
  return filling;
}

void add_physics(Tags& tags, const Sent& sent, const Parameters& parameters,
                 const Numerics& numerics) {
  set_tag(tags, "PREC", "Accurate");
  set_tag(tags, "ENCUT", fmt::format("{}", parameters.encut));
  const auto& of_files = species_for(sent.structure.numbers.front(), parameters).functional;
  if (const auto gga = gga_tag(parameters.functional, of_files); !gga.empty())
    set_tag(tags, "GGA", gga);
  set_tag(tags, "LASPH", ".TRUE.");
  set_tag(tags, "LREAL", ".FALSE.");
  set_tag(tags, "ISMEAR", fmt::format("{}", parameters.ismear));
  set_tag(tags, "SIGMA", fmt::format("{}", parameters.sigma * numerics.sigma_factor));
  set_tag(tags, "ISPIN", parameters.spin_polarized ? "2" : "1");
  if (parameters.spin_polarized) {
    set_tag(tags, "MAGMOM", magmom(start_moments(sent, parameters, numerics)));
    set_tag(tags, "LORBIT", "10");
  }
}

void add_numerics(Tags& tags, const Sent& sent, const Parameters& parameters,
                  const Numerics& numerics) {
  set_tag(tags, "ALGO", numerics.algo);
  set_tag(tags, "NELM", fmt::format("{}", numerics.nelm));
  set_tag(tags, "EDIFF", fmt::format("{}", parameters.ediff * numerics.ediff_factor));
  set_tag(
      tags, "NBANDS",
      fmt::format("{}", band_count(filling_of(sent, parameters, numerics), numerics.band_factor)));
  if (numerics.amix) set_tag(tags, "AMIX", fmt::format("{}", *numerics.amix));
  if (numerics.bmix) set_tag(tags, "BMIX", fmt::format("{}", *numerics.bmix));
  if (numerics.bmix && parameters.spin_polarized) {
    set_tag(tags, "AMIX_MAG", "0.8");
    set_tag(tags, "BMIX_MAG", fmt::format("{}", *numerics.bmix));
  }
  if (sent.structure.cell.vectors.rowwise().norm().maxCoeff() > long_axis)
    set_tag(tags, "AMIN", "0.01");
  const auto isym = numerics.isym         ? numerics.isym
                    : parameters.isolated ? std::optional(0)
                                          : std::nullopt;
  if (isym) set_tag(tags, "ISYM", fmt::format("{}", *isym));
  if (numerics.symprec) set_tag(tags, "SYMPREC", fmt::format("{}", *numerics.symprec));
}

}  // namespace

Numerics first_numerics(const Parameters& parameters) {
  Numerics numerics;
  numerics.nelm = parameters.nelm;
  numerics.time_limit_seconds = parameters.time_limit_seconds;
  if (const auto algo = parameters.incar.find("ALGO"); algo != parameters.incar.end())
    numerics.algo = algo->second;
  return numerics;
}

Sent sent(const core::Structure& structure) {
  Sent result;
  const core::Structure box = boxed(structure);
  result.order.resize(structure.size());
  std::iota(result.order.begin(), result.order.end(), std::size_t{0});
  std::stable_sort(result.order.begin(), result.order.end(), [&](std::size_t a, std::size_t b) {
    return core::element(box.numbers[a]).symbol < core::element(box.numbers[b]).symbol;
  });
  result.structure.cell = box.cell;
  result.structure.cell.periodic = {true, true, true};
  if (box.cell.vectors.determinant() < 0) result.structure.cell.vectors *= -1;
  for (const std::size_t i : result.order) {
    result.structure.numbers.push_back(box.numbers[i]);
    result.structure.positions.push_back(box.positions[i]);
  }
  return result;
}

std::array<int, 3> k_grid(const core::Structure& structure, const Parameters& parameters) {
  if (parameters.isolated) return {1, 1, 1};
  return odd_grid(structure, parameters.k_spacing);
}

std::vector<std::string> species_of(const core::Structure& structure) {
  std::set<std::string> symbols;
  for (const int number : structure.numbers) symbols.insert(symbol_of(number));
  return {symbols.begin(), symbols.end()};
}

double valence_electrons(const core::Structure& structure, const Parameters& parameters) {
  double electrons = 0;
  for (const int number : structure.numbers) electrons += species_for(number, parameters).valence;
  return electrons;
}

std::string tag_problem(const std::string& tag, const std::string& value) {
  constexpr std::string_view tags =
      " SYSTEM ISTART ICHARG ENCUT ENMAX GGA ISMEAR SIGMA ISPIN MAGMOM NELM EDIFF NBANDS NSW "
      "IBRION "
      "ISIF LWAVE LORBIT KSPACING KGAMMA NELECT NUPDOWN LSORBIT LNONCOLLINEAR ML_LMLFF ";
  if (tag.empty() || tag.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") < tag.size())
    return "is no INCAR tag in capitals";
  if (tags.find(" " + tag + " ") != std::string_view::npos)
    return "is set by the program: another option decides it";
  if (value.empty() || value.find_first_of(";\n\\#!") != std::string::npos)
    return fmt::format("has the value '{}', which is not one", value);
  return "";
}

std::string write_incar(const Sent& sent, const Parameters& parameters, const Numerics& numerics,
                        const std::string& run_id) {
  Tags tags = {{"SYSTEM", run_id},
               {"ISTART", numerics.start_from_wavefunctions ? "1" : "0"},
               {"ICHARG", numerics.start_from_wavefunctions ? "0" : "2"},
               {"NSW", "0"},
               {"IBRION", "-1"},
               {"ISIF", "2"},
               {"LWAVE", ".TRUE."},
               {"LCHARG", ".FALSE."}};
  add_physics(tags, sent, parameters, numerics);
  for (const auto& [tag, value] : parameters.incar) set_tag(tags, tag, value);
  add_numerics(tags, sent, parameters, numerics);
  if (numerics.reciprocal_projectors) set_tag(tags, "LREAL", ".FALSE.");
  std::string text;
  for (const auto& [tag, value] : tags) text += fmt::format("{} = {}\n", tag, value);
  return text;
}

std::string write_kpoints(const core::Structure& structure, const Parameters& parameters) {
  const auto grid = k_grid(structure, parameters);
  return fmt::format("odd mesh\n0\nGamma\n{} {} {}\n0 0 0\n", grid[0], grid[1], grid[2]);
}

std::string write_poscar(const Sent& sent) {
  const auto& structure = sent.structure;
  std::string text = structure.formula() + "\n1.0\n", names, counts;
  for (int row = 0; row < 3; ++row)
    text += fmt::format("{:.14f} {:.14f} {:.14f}\n", structure.cell.vectors(row, 0),
                        structure.cell.vectors(row, 1), structure.cell.vectors(row, 2));
  for (const auto& symbol : species_of(structure)) {
    const auto count = std::count(structure.numbers.begin(), structure.numbers.end(),
                                  *core::atomic_number(symbol));
    names += fmt::format("{}{}", names.empty() ? "" : " ", symbol);
    counts += fmt::format("{}{}", counts.empty() ? "" : " ", count);
  }
  text += names + "\n" + counts + "\nDirect\n";
  for (const auto& position : structure.positions) {
    const core::Vec3 fraction = structure.to_fractional(position).value;
    text += fmt::format("{:.16f} {:.16f} {:.16f}\n", fraction.x(), fraction.y(), fraction.z());
  }
  return text;
}

std::string write_potcar(const core::Structure& structure, const Parameters& parameters) {
  std::string text;
  for (const auto& symbol : species_of(structure)) {
    const Species& species = species_for(*core::atomic_number(symbol), parameters);
    const std::string part = potcar_text(species.potcar);
    if (part.empty() || md5(part) != species.checksum)
      throw core::UserError(core::ExitCode::missing_tool,
                            fmt::format("POTCAR file '{}' of '{}' {}", species.potcar, symbol,
                                        part.empty() ? "cannot be read" : "has changed"),
                            "put it back, or plan the input again");
    text += part;
    if (text.back() != '\n') text += '\n';
  }
  return text;
}

}  // namespace mlip::dft::vasp
