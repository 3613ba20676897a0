/// A stored run of pw.x, and the structure its input asked for.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "core/element.hpp"
#include "dft/espresso/fault.hpp"
#include "dft/espresso/output.hpp"

namespace real_run {

using namespace mlip;
using namespace mlip::dft::espresso;

inline std::string read(const std::string& run, const std::string& file) {
  std::ifstream in(std::filesystem::path(TEST_DATA) / "dft" / run / file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline RunFiles files(const std::string& run, exec::Completion::End end, int code) {
  RunFiles result;
  result.completion = {end, code, 1.0, 1.0};
  result.standard_output = read(run, "pw.out");
  result.standard_error = read(run, "pw.err");
  result.crash = read(run, "CRASH");
  result.xml = read(run, "x.xml");
  return result;
}

inline core::Structure asked(const std::string& run) {
  core::Structure structure;
  structure.cell.periodic = {true, true, true};
  std::istringstream in(read(run, "pw.in"));
  std::string line;
  while (std::getline(in, line)) {
    if (line.starts_with("CELL_PARAMETERS"))
      for (int row = 0; row < 3; ++row)
        for (int column = 0; column < 3; ++column) in >> structure.cell.vectors(row, column);
    if (!line.starts_with("ATOMIC_POSITIONS")) continue;
    std::string symbol;
    for (core::Vec3 p; in >> symbol >> p[0] >> p[1] >> p[2];) {
      structure.numbers.push_back(*core::atomic_number(symbol));
      structure.positions.push_back(p);
    }
  }
  return structure;
}

/// What the runs of aluminium were asked to do.
inline Parameters aluminium() {
  Parameters parameters;
  parameters.species["Al"] = {"Al.UPF", "69dcd8cd7cc1bedf536afd524f174f6a", "pz", 3, 0};
  parameters.ecutwfc_ry = 14;
  parameters.ecutrho_ry = 56;
  parameters.degauss_ry = 0.02;
  return parameters;
}

}  // namespace real_run
