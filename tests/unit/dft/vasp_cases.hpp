/// Structures, parameters and outputs that the tests of VASP have in common.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/file.hpp"
#include "dft/vasp/healing.hpp"
#include "dft/vasp/potcar.hpp"

namespace vasp_cases {

using namespace mlip;

inline const std::filesystem::path vasp_data = std::filesystem::path(TEST_DATA) / "dft/vasp";

inline std::string vasp_text(const std::string& name) {
  return core::read_file(vasp_data / name);
}

inline dft::vasp::Parameters vasp_parameters(const std::vector<std::string>& elements) {
  dft::vasp::Parameters parameters;
  for (const auto& [symbol, potcar] :
       dft::vasp::choose_potcars(elements, vasp_data / "potpaw_PBE", {}))
    parameters.species[symbol] = {potcar.file.string(), potcar.title,   potcar.checksum,
                                  potcar.functional,    potcar.valence, 0};
  parameters.encut = 350;
  return parameters;
}

/// Nickel and iron in turns, no atom at a place of high symmetry.
inline core::Structure mixed_alloy() {
  core::Structure structure;
  structure.cell.periodic = {true, true, true};
  structure.cell.vectors << 3.6, 0.1, 0, 0, 3.5, 0.2, 0.3, 0, 3.7;
  structure.numbers = {28, 26, 28, 26};
  structure.positions = {{0.1, 0, 0.2}, {1.9, 1.7, 0.1}, {1.8, 0.2, 1.9}, {0.1, 1.8, 1.7}};
  return structure;
}

inline core::Structure static_silicon() {
  core::Structure structure;
  structure.cell.periodic = {true, true, true};
  structure.cell.vectors << 0, 2.7, 2.7, 2.7, 0, 2.7, 2.7, 2.7, 0;
  structure.numbers = {14, 14};
  structure.positions = {{0, 0, 0}, {1.35, 1.35, 1.35}};
  return structure;
}

/// What the run in silicon_static was asked for.
inline dft::vasp::Parameters static_silicon_parameters() {
  auto parameters = vasp_parameters({"Si"});
  parameters.functional = "pbesol";
  parameters.encut = 250;
  parameters.k_spacing = 0.28;
  parameters.ismear = 0;
  parameters.sigma = 0.05;
  parameters.spin_polarized = true;
  parameters.ediff = 2e-6;
  parameters.nelm = 200;
  return parameters;
}

inline dft::vasp::RunFiles static_silicon_run() {
  dft::vasp::RunFiles files;
  files.completion = {exec::Completion::End::exited, 0, 4, 4};
  files.run_id = "unknown system";
  files.standard_output = vasp_text("silicon_static/vasp.out");
  files.outcar = vasp_text("silicon_static/OUTCAR");
  files.vasprun = vasp_text("silicon_static/vasprun.xml");
  files.wavefunctions_saved = true;
  return files;
}

inline dft::vasp::RunFiles failing_run(const std::string& text) {
  dft::vasp::RunFiles files;
  files.completion = {exec::Completion::End::exited, 0, 4, 4};
  files.standard_output = text;
  return files;
}

inline bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace vasp_cases
