#include "dft/vasp/doctor.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "dft/vasp/launch.hpp"
#include "dft/vasp/vasp.hpp"

namespace mlip::dft::vasp {

namespace {

core::Finding check_potcar(const std::string& symbol, const Species& species) {
  Parameters one;
  one.species[symbol] = species;
  const std::string name = "POTCAR " + symbol;
  try {
    read_species(one);
    const Species& read = one.species.at(symbol);
    return {name, true, read.functional, fmt::format("{}, {}", read.title, read.potcar), ""};
  } catch (const core::UserError& error) {
    return {name, false, "", error.what(), error.remedy()};
  }
}

}  // namespace

std::vector<core::Finding> check_vasp(const Parameters& parameters) {
  std::vector<core::Finding> findings;
  for (const auto& [symbol, species] : parameters.species)
    findings.push_back(check_potcar(symbol, species));
  try {
    findings.push_back(
        {"VASP", true, "", launch_arguments(parameters.command).front() + ", not run", ""});
  } catch (const core::UserError& error) {
    findings.push_back({"VASP", false, "", error.what(), error.remedy()});
  }
  return findings;
}

}  // namespace mlip::dft::vasp
