#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>

#include "../../unit/dft/vasp_cases.hpp"
#include "../oracle_suite.hpp"
#include "dft/ase_oracle.hpp"
#include "dft/espresso/espresso.hpp"
#include "dft/espresso/pseudopotential.hpp"
#include "dft/model_oracle.hpp"
#include "dft/vasp/vasp.hpp"
#include "potential/lennard_jones.hpp"

using namespace mlip;

namespace {

core::Structure silicon() {
  core::Structure structure;
  structure.cell.periodic = {true, true, true};
  structure.cell.vectors << 0, 2.71, 2.71, 2.71, 0, 2.71, 2.71, 2.71, 0;
  structure.numbers = {14, 14};
  structure.positions = {{0.03, 0, 0.05}, {1.32, 1.40, 1.355}};
  return structure;
}

struct Folder {
  std::filesystem::path path;
  Folder() {
    char name[] = "/tmp/mlip_oracle_XXXXXX";
    path = ::mkdtemp(name);
  }
  ~Folder() { std::filesystem::remove_all(path); }
};

}  // namespace

TEST_CASE("a model keeps what every Oracle promises") {
  const dft::ModelOracle oracle(std::make_shared<potential::LennardJones>(
      std::map<int, potential::LennardJonesSpecies>{{14, {0.5, 2.1}}}, 6.0));
  conformance::check_oracle(oracle, silicon());
  auto cluster = silicon();
  cluster.cell = {};
  conformance::check_oracle(oracle, cluster);
}

TEST_CASE("Quantum ESPRESSO keeps what every Oracle promises") {
  const Folder folder;
  const auto file =
      dft::espresso::read_upf(std::filesystem::path(dft::espresso::stock_folder) / "Si.pz-vbc.UPF");
  REQUIRE(file);
  dft::espresso::Parameters parameters;
  parameters.species["Si"] = {file->file.string(), file->checksum, file->functional, file->valence,
                              0};
  parameters.ecutwfc_ry = 16;
  parameters.ecutrho_ry = 64;
  parameters.k_spacing = 0.9;
  const dft::espresso::Espresso oracle(parameters, folder.path);
  conformance::check_oracle(oracle, silicon());
  const auto kept = folder.path / "accepted/conformance/attempt_1";
  CHECK(std::filesystem::file_size(kept / "pw.in") > 0);
  CHECK(std::filesystem::file_size(kept / "pw.out.gz") > 0);
  std::filesystem::remove_all(folder.path / "accepted");
  CHECK(std::filesystem::is_empty(folder.path));
}

TEST_CASE("an ASE calculator keeps what every Oracle promises") {
  const dft::AseOracle oracle({"ase.calculators.emt:EMT", {}, {}, "/usr/bin/python3"}, 2);
  auto structure = silicon();
  structure.numbers = {29, 13};
  conformance::check_oracle(oracle, structure);
  structure.cell = {};
  conformance::check_oracle(oracle, structure);
}

TEST_CASE("VASP, replayed, keeps what every Oracle promises") {
  const Folder folder;
  auto parameters = vasp_cases::static_silicon_parameters();
  parameters.command = (vasp_cases::vasp_data / "vasp_std").string();
  const dft::vasp::Vasp oracle(parameters, folder.path);
  conformance::check_oracle(oracle, vasp_cases::static_silicon());
  CHECK(std::filesystem::file_size(folder.path / "accepted/conformance/attempt_1/OUTCAR.gz") > 0);
  std::filesystem::remove_all(folder.path / "accepted");
  CHECK(std::filesystem::is_empty(folder.path));
}
