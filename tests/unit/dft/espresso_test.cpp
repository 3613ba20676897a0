#include "dft/espresso/espresso.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <fstream>

#include "core/error.hpp"

using namespace mlip;
using namespace mlip::dft::espresso;

namespace {

/// A folder with two made-up pseudopotentials; no program is started.
struct Folder {
  std::filesystem::path path;
  Folder() {
    char name[] = "/tmp/mlip_espresso_XXXXXX";
    path = ::mkdtemp(name);
    put("Al.UPF", "Al", "PZ");
    put("Fe.UPF", "Fe", "PZ");
    put("Fe.pbe.UPF", "Fe", "PBE");
  }
  ~Folder() { std::filesystem::remove_all(path); }
  void put(const std::string& name, const std::string& element, const std::string& functional) {
    std::ofstream(path / name) << "<PP_HEADER element=\"" << element
                               << "\" pseudo_type=\"NC\" functional=\"" << functional
                               << "\" z_valence=\"3.0\" />";
  }
  [[nodiscard]] Parameters parameters() const {
    Parameters result;
    result.species["Al"].pseudopotential = (path / "Al.UPF").string();
    result.species["Fe"].pseudopotential = (path / "Fe.UPF").string();
    result.ecutwfc_ry = 16;
    result.ecutrho_ry = 64;
    result.pw_command = "/bin/true";
    return result;
  }
};

core::Structure aluminium(double edge, int repeats = 1) {
  core::Structure structure;
  structure.cell.periodic = {true, true, true};
  structure.cell.vectors = core::Mat3::Identity() * edge;
  structure.numbers = {13};
  structure.positions = {{0, 0, 0}};
  return core::repeat(structure, {repeats, repeats, repeats});
}

std::string refusal(const Parameters& parameters, const std::filesystem::path& scratch) {
  try {
    const Espresso oracle(parameters, scratch);
  } catch (const core::UserError& error) {
    CHECK_FALSE(error.remedy().empty());
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("the level of theory is a hash of what fixes a label and of nothing else") {
  const Folder folder;
  const auto level = [&](const Parameters& parameters) {
    return Espresso(parameters, folder.path).level_of_theory();
  };
  const std::string level_here = level(folder.parameters());
  CHECK(level_here.size() == 16);
  CHECK(level_here.find_first_not_of("0123456789abcdef") == std::string::npos);
  const std::vector<void (*)(Parameters&)> same = {
      [](Parameters& p) { p.mixing_beta = 0.1; }, [](Parameters& p) { p.electron_maxstep = 7; },
      [](Parameters& p) { p.time_limit_seconds = 1; }, [](Parameters& p) { p.mpi_ranks = 2; },
      [](Parameters& p) { p.species["Fe"].starting_moment = 3; }};
  for (const auto change : same) {
    Parameters parameters = folder.parameters();
    change(parameters);
    CHECK(level(parameters) == level_here);
  }
  const std::vector<void (*)(Parameters&)> other = {[](Parameters& p) { p.ecutwfc_ry = 15; },
                                                    [](Parameters& p) { p.ecutrho_ry = 80; },
                                                    [](Parameters& p) { p.k_spacing = 0.2; },
                                                    [](Parameters& p) { p.degauss_ry = 0.02; },
                                                    [](Parameters& p) { p.smearing = "gauss"; },
                                                    [](Parameters& p) { p.occupations = "fixed"; },
                                                    [](Parameters& p) { p.spin_polarized = true; },
                                                    [](Parameters& p) { p.isolated = true; },
                                                    [](Parameters& p) { p.species.erase("Fe"); }};
  for (const auto change : other) {
    Parameters parameters = folder.parameters();
    change(parameters);
    CHECK(level(parameters) != level_here);
  }
}

TEST_CASE("cost grows with atoms, k-points and spin") {
  const Folder folder;
  Parameters parameters = folder.parameters();
  const Espresso oracle(parameters, folder.path);
  CHECK(oracle.cost(aluminium(4, 2)) > oracle.cost(aluminium(4)));
  parameters.k_spacing = 0.1;
  CHECK(Espresso(parameters, folder.path).cost(aluminium(4)) > oracle.cost(aluminium(4)));
  parameters = folder.parameters();
  parameters.spin_polarized = true;
  CHECK(Espresso(parameters, folder.path).cost(aluminium(4)) > oracle.cost(aluminium(4)));
}

TEST_CASE("parameters that cannot be used are refused before any run") {
  const Folder folder;
  Parameters parameters = folder.parameters();
  CHECK(refusal(parameters, folder.path).empty());
  parameters.pw_command = "no-such-pw.x";
  CHECK(refusal(parameters, folder.path) == "'no-such-pw.x' is not found");
  parameters = folder.parameters();
  parameters.ecutrho_ry = 40;
  CHECK(refusal(parameters, folder.path) ==
        "cutoffs 'ecutwfc_ry' 16 and 'ecutrho_ry' 40 do not fit");
  parameters = folder.parameters();
  parameters.species["Fe"].pseudopotential = (folder.path / "Fe.pbe.UPF").string();
  CHECK(refusal(parameters, folder.path).starts_with("functionals would mix"));
  parameters.species["Fe"].pseudopotential = parameters.species["Al"].pseudopotential;
  CHECK(refusal(parameters, folder.path).ends_with("is for 'Al'"));
  parameters = folder.parameters();
  parameters.species["Al"].checksum = "0123";
  CHECK(refusal(parameters, folder.path).find("has changed") != std::string::npos);
}

TEST_CASE("parameters of an isolated atom") {
  const Folder folder;
  Parameters parameters = folder.parameters();
  parameters.degauss_ry = 0;
  parameters.occupations = "fixed";
  const Parameters iron = isolated_atom_parameters(parameters, 26);
  CHECK(iron.isolated);
  CHECK(iron.spin_polarized);
  CHECK(iron.species.size() == 1);
  CHECK(iron.species.at("Fe").starting_moment == doctest::Approx(4));
  CHECK(iron.occupations == "smearing");
  CHECK(iron.degauss_ry > 0);
  CHECK(iron.conv_thr_ry >= 1e-6);
  CHECK(iron.ecutwfc_ry == parameters.ecutwfc_ry);
  CHECK_THROWS_AS((void)isolated_atom_parameters(parameters, 79), core::UserError);
}
