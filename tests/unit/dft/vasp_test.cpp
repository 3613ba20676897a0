#include "dft/vasp/vasp.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <zlib.h>

#include <Eigen/LU>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/error.hpp"
#include "dft/recipe.hpp"
#include "dft/vasp/acceptance.hpp"
#include "dft/vasp/launch.hpp"
#include "dft/vasp/recipe.hpp"
#include "dft/vasp/remedy.hpp"
#include "io/poscar.hpp"
#include "vasp_cases.hpp"

using namespace mlip;
using namespace vasp_cases;

namespace {

struct PotcarFolder {
  std::filesystem::path path;
  PotcarFolder() {
    char name[] = "/tmp/mlip_potcar_XXXXXX";
    path = ::mkdtemp(name);
  }
  ~PotcarFolder() { std::filesystem::remove_all(path); }
};

}  // namespace

TEST_CASE("the header of a POTCAR file") {
  const auto silicon = dft::vasp::read_potcar(vasp_data / "potpaw_PBE/Si/POTCAR");
  REQUIRE(silicon);
  CHECK(silicon->element == "Si");
  CHECK(silicon->title == "PAW_PBE Si 05Jan2001");
  CHECK(silicon->functional == "pbe");
  CHECK(silicon->valence == 4);
  CHECK(silicon->enmax == 200.25);
  CHECK(silicon->checksum.size() == 32);
  const std::string text = vasp_text("potpaw_PBE/Si/POTCAR");
  CHECK_FALSE(dft::vasp::parse_potcar(text.substr(0, text.size() - 20)));
  CHECK_FALSE(dft::vasp::parse_potcar(text + text));
  CHECK_FALSE(dft::vasp::parse_potcar("<html>"));
  CHECK_FALSE(dft::vasp::read_potcar("/nowhere/POTCAR"));
}

TEST_CASE("POTCAR files are chosen by the recommended names") {
  CHECK(dft::vasp::recommended_potcar("Fe") == "Fe");
  CHECK(dft::vasp::recommended_potcar("Na") == "Na_pv");
  CHECK(dft::vasp::recommended_potcar("K") == "K_sv");
  CHECK(dft::vasp::recommended_potcar("Ga") == "Ga_d");
  CHECK(dft::vasp::recommended_potcar("S") == "S");
  const auto library = vasp_data / "potpaw_PBE";
  const auto chosen = dft::vasp::choose_potcars({"Fe", "Cr"}, library, {});
  CHECK(chosen.at("Cr").title == "PAW_PBE Cr_pv 01Jan1901");
  CHECK_THROWS_WITH_AS(dft::vasp::choose_potcars({"Cr", "Fe"}, library, {{"Cr", "Cr_lda"}}),
                       "functionals would mix: the POTCAR of 'Cr' is 'lda', that of 'Fe' is 'pbe'",
                       core::UserError);
  CHECK_THROWS_AS(dft::vasp::choose_potcars({"Fe"}, "", {}), core::UserError);
  try {
    (void)dft::vasp::choose_potcars({"Cr"}, library, {{"Cr", "Cr_sv"}});
    FAIL("accepted");
  } catch (const core::UserError& error) {
    CHECK(holds(error.what(), "no POTCAR of 'Cr' ('Cr_sv')"));
    CHECK(holds(error.remedy(), "there are Cr_lda, Cr_pv"));
  }
  CHECK_THROWS_AS(dft::vasp::choose_potcars({"Fe"}, library, {{"Fe", "Ni"}}), core::UserError);
}

TEST_CASE("packed POTCAR files of pymatgen's layout are found") {
  const PotcarFolder folder;
  const std::string text = vasp_text("potpaw_PBE/Fe/POTCAR");
  const gzFile out = gzopen((folder.path / "POTCAR.Fe.gz").c_str(), "wb");
  gzwrite(out, text.data(), static_cast<unsigned>(text.size()));
  gzclose(out);
  const auto chosen = dft::vasp::choose_potcars({"Fe"}, folder.path, {});
  CHECK(chosen.at("Fe").checksum ==
        dft::vasp::read_potcar(vasp_data / "potpaw_PBE/Fe/POTCAR")->checksum);
}

TEST_CASE("functionals that PBE's files can serve") {
  CHECK(dft::vasp::gga_tag("", "pbe").empty());
  CHECK(dft::vasp::gga_tag("pbe", "pbe").empty());
  CHECK(dft::vasp::gga_tag("pbesol", "pbe") == "PS");
  CHECK(dft::vasp::gga_tag("lda", "lda").empty());
  CHECK_THROWS_AS((void)dft::vasp::gga_tag("pbe", "lda"), core::UserError);
  CHECK_THROWS_AS((void)dft::vasp::gga_tag("pz81", "pbe"), core::UserError);
}

TEST_CASE("INCAR, KPOINTS and POSCAR as VASP is given them") {
  auto parameters = vasp_parameters({"Fe", "Ni"});
  parameters.spin_polarized = true;
  parameters.species["Fe"].starting_moment = 2.2;
  parameters.species["Ni"].starting_moment = 0.6;
  parameters.functional = "pbesol";
  parameters.incar = {{"IVDW", "12"}, {"NCORE", "4"}};
  const auto alloy = mixed_alloy();
  const auto sent = dft::vasp::sent(alloy);
  CHECK(
      write_incar(sent, parameters, first_numerics(parameters), "mlip-1") ==
      "SYSTEM = mlip-1\nISTART = 0\nICHARG = 2\nNSW = 0\nIBRION = -1\nISIF = 2\nLWAVE = .TRUE.\n"
      "LCHARG = .FALSE.\nPREC = Accurate\nENCUT = 350\nGGA = PS\nLASPH = .TRUE.\nLREAL = .FALSE.\n"
      "ISMEAR = 1\nSIGMA = 0.2\nISPIN = 2\nMAGMOM = 2*2.2 2*0.6\nLORBIT = 10\nIVDW = 12\n"
      "NCORE = 4\nALGO = Normal\nNELM = 100\nEDIFF = 1e-06\nNBANDS = 26\n");
  CHECK(write_kpoints(alloy, parameters) == "odd mesh\n0\nGamma\n9 9 9\n0 0 0\n");
  const std::string poscar = write_poscar(sent);
  CHECK(holds(poscar, "Fe2Ni2\n1.0\n3.60000000000000 0.10000000000000 0.00000000000000\n"));
  CHECK(holds(poscar, "\nFe Ni\n2 2\nDirect\n"));
  const std::string potcar = write_potcar(alloy, parameters);
  CHECK(potcar == vasp_text("potpaw_PBE/Fe/POTCAR") + vasp_text("potpaw_PBE/Ni/POTCAR"));
  parameters.isolated = true;
  CHECK(write_kpoints(alloy, parameters) == "odd mesh\n0\nGamma\n1 1 1\n0 0 0\n");
  CHECK(holds(write_incar(sent, parameters, first_numerics(parameters), "x"), "ISYM = 0\n"));
}

TEST_CASE("POSCAR groups the atoms, and forces come back to theirs") {
  for (const bool left_handed : {false, true}) {
    auto alloy = mixed_alloy();
    if (left_handed) alloy.cell.vectors.row(2) *= -1;
    const auto sent = dft::vasp::sent(alloy);
    CHECK(sent.structure.cell.vectors.determinant() > 0);
    std::istringstream in(write_poscar(sent));
    const auto read = io::read_poscar(in, "POSCAR");
    CHECK(read.numbers == std::vector{26, 26, 28, 28});
    const auto numbers = given_order(sent, read.numbers);
    const auto positions = given_order(sent, read.positions);
    CHECK(numbers == alloy.numbers);
    for (std::size_t i = 0; i < alloy.size(); ++i)
      CHECK((positions[i] - alloy.positions[i]).norm() < 1e-12);
  }
}

TEST_CASE("clusters get a box, slabs a vacuum, both one k-point there") {
  const auto parameters = vasp_parameters({"Fe", "Ni"});
  auto cluster = mixed_alloy();
  cluster.cell = {};
  CHECK(dft::vasp::sent(cluster).structure.cell.volume() > 1000);
  CHECK(holds(write_kpoints(cluster, parameters), "\n1 1 1\n"));
  auto slab = mixed_alloy();
  slab.cell.periodic = {true, true, false};
  CHECK(holds(write_kpoints(slab, parameters), "\n9 9 1\n"));
}

TEST_CASE("an accepted run of VASP, and every way in which it is not the one asked for") {
  const auto structure = static_silicon();
  const auto parameters = static_silicon_parameters();
  const auto numerics = dft::vasp::first_numerics(parameters);
  const std::string run_id = "unknown system";
  const auto files = static_silicon_run();
  const auto good = *dft::vasp::parse_vasprun(files.vasprun);
  const auto outcar = dft::vasp::parse_outcar(files.outcar);
  const dft::vasp::Request request{structure, parameters, numerics, run_id};
  REQUIRE(check(request, good, outcar).detail.empty());
  const auto labels = labels_of(request, good, outcar);
  CHECK(*labels.energy == -10.61487473);
  CHECK(labels.stress->trace() < 0);
  CHECK(labels.forces.size() == 2);

  using dft::vasp::Fault;
  const auto verdict = [&](const auto& change) {
    auto wrong = good;
    change(wrong);
    return check(request, wrong, outcar).fault;
  };
  CHECK(verdict([](auto& v) { v.run_id = "mlip-0"; }) == Fault::contradiction);
  CHECK(verdict([](auto& v) { v.ionic_steps = 2; }) == Fault::contradiction);
  CHECK(verdict([](auto& v) { v.structure.positions[1].x() += 0.001; }) == Fault::contradiction);
  CHECK(verdict([](auto& v) { v.structure.positions[1].x() += 2.7; }) == Fault::contradiction);
  CHECK(verdict([](auto& v) {
          v.structure.positions[1] += v.structure.cell.vectors.row(0).transpose();
        }) == Fault::none);
  CHECK(verdict([](auto& v) { v.structure.cell.vectors(0, 0) += 0.001; }) == Fault::contradiction);
  CHECK(verdict([](auto& v) { v.structure.numbers[0] = 13; }) == Fault::contradiction);
  CHECK(verdict([](auto& v) { v.encut = 251; }) == Fault::contradiction);
  CHECK(verdict([](auto& v) { v.divisions[2] = 5; }) == Fault::contradiction);
  CHECK(verdict([](auto& v) { v.ismear = 1; }) == Fault::contradiction);
  CHECK(verdict([](auto& v) { v.sigma = 0.1; }) == Fault::contradiction);
  CHECK(verdict([](auto& v) { v.ispin = 1; }) == Fault::contradiction);
  CHECK(verdict([](auto& v) { v.titles = {"PAW_PBE Si 05Jan2002"}; }) == Fault::contradiction);
  CHECK(verdict([](auto& v) { v.energies.back() += 1e-5; }) == Fault::not_converged);
  CHECK(verdict([](auto& v) { v.nelm = 13; }) == Fault::not_converged);
  CHECK(verdict([](auto& v) { v.energy.reset(); }) == Fault::incomplete_output);
  CHECK(verdict([](auto& v) { v.forces.pop_back(); }) == Fault::incomplete_output);
  CHECK(verdict([](auto& v) { v.stress.reset(); }) == Fault::incomplete_output);
  CHECK(verdict([](auto& v) { *v.energy += 1e-3; }) == Fault::contradiction);
  CHECK(verdict([](auto& v) { v.forces[0].x() = 600; }) == Fault::unphysical);
  CHECK(verdict([](auto& v) { v.forces[0].x() += 0.02; }) == Fault::contradiction);
  CHECK(verdict([](auto& v) { (*v.stress)(0, 1) += 1e-5; }) == Fault::contradiction);
  CHECK(verdict([](auto& v) { v.largest_last_occupation = 0.1; }) == Fault::too_few_bands);
  auto magnetic = parameters;
  magnetic.species["Si"].starting_moment = 1;
  auto moments = outcar;
  moments.magnetic_moments = {0.1, 0.1};
  CHECK(check({structure, magnetic, numerics, run_id}, good, moments).fault ==
        Fault::magnetic_state);
}

TEST_CASE("remedies edit the INCAR and change no physics") {
  const auto alloy = mixed_alloy();
  auto parameters = vasp_parameters({"Fe", "Ni"});
  parameters.incar = {{"LREAL", "Auto"}};
  const auto after = [&](dft::vasp::Fault fault, int rungs) {
    auto numerics = dft::vasp::first_numerics(parameters);
    dft::vasp::History history;
    for (int i = 0; i < rungs; ++i) {
      const auto remedy = next_remedy(fault, history);
      REQUIRE(remedy);
      remedy->change(numerics);
      history.remedies.emplace_back(remedy->name);
    }
    return write_incar(dft::vasp::sent(alloy), parameters, numerics, "x");
  };
  using dft::vasp::Fault;
  CHECK(holds(after(Fault::not_converged, 0), "LREAL = Auto\n"));
  CHECK(holds(after(Fault::not_converged, 1), "AMIX = 0.2\nBMIX = 0.0001\n"));
  CHECK(holds(after(Fault::not_converged, 2), "AMIX = 0.1\nBMIX = 3\n"));
  CHECK(holds(after(Fault::not_converged, 3), "ALGO = All\n"));
  CHECK(holds(after(Fault::not_converged, 4), "SIGMA = 0.4\n"));
  CHECK(holds(after(Fault::diagonalization, 1), "ALGO = All\n"));
  CHECK(holds(after(Fault::symmetry, 1), "SYMPREC = 1e-08\n"));
  CHECK(holds(after(Fault::symmetry, 2), "ISYM = 0\n"));
  CHECK_FALSE(holds(after(Fault::symmetry, 2), "SYMPREC"));
  CHECK(holds(after(Fault::symmetry, 3), "ISYM = -1\n"));
  CHECK(holds(after(Fault::too_few_bands, 2), "NBANDS = 33\n"));
  CHECK(holds(after(Fault::real_space_projectors, 1), "LREAL = .FALSE.\n"));
  CHECK(holds(after(Fault::line_search, 1), "EDIFF = 1e-07\n"));
  dft::vasp::History used;
  for (const auto& remedy : dft::vasp::remedies()) used.remedies.emplace_back(remedy.name);
  for (const auto& fault : dft::vasp::fault_entries()) CHECK_FALSE(next_remedy(fault.fault, used));
}

TEST_CASE("a structure is healed, or given up when its ladder ends") {
  const auto structure = static_silicon();
  const auto parameters = static_silicon_parameters();
  std::vector<dft::vasp::Numerics> asked;
  const auto healed = heal(structure, parameters, [&](const auto& numerics, int attempt, double) {
    asked.push_back(numerics);
    if (attempt == 1) return failing_run("LAPACK: Routine ZPOTRF failed!");
    if (attempt == 2) return failing_run("Error EDDDAV: Call to ZHEGV failed.");
    return static_silicon_run();
  });
  CHECK(healed.accepted);
  REQUIRE(healed.attempts.size() == 3);
  CHECK(healed.attempts[0].fault == "Cholesky");
  CHECK(healed.attempts[1].fault == "diagonalization");
  CHECK(healed.attempts[2].fault == "none");
  CHECK(asked[1].isym == 0);
  CHECK(asked[2].algo == "All");

  const auto given_up = heal(structure, parameters, [&](const auto&, int, double) {
    return failing_run("RHOSYG internal error");
  });
  CHECK_FALSE(given_up.accepted);
  CHECK(given_up.attempts.size() == 4);
  CHECK_THROWS_AS((void)heal(structure, parameters,
                             [&](const auto&, int, double) {
                               return failing_run("Error reading item 'IVDW' from file INCAR.");
                             }),
                  core::UserError);
}

TEST_CASE("VASP's healing learns from the run and keeps to its budgets") {
  const auto structure = static_silicon();
  auto parameters = static_silicon_parameters();
  const auto broken = [](const auto&, int, double) {
    return failing_run("LAPACK: Routine ZPOTRF failed!");
  };
  dft::Lessons lessons;
  lessons.tallies[{"Cholesky", "direct minimisation against ZPOTRF"}] = {1, 1, 5};
  auto outcome = heal(structure, parameters, broken, lessons);
  REQUIRE(outcome.attempts.size() >= 2);
  CHECK(outcome.attempts[1].remedy == "direct minimisation against ZPOTRF");

  parameters.attempts_per_fault = 1;
  outcome = heal(structure, parameters, broken);
  CHECK(outcome.attempts.size() == 2);
  CHECK(outcome.attempts.back().detail.find("attempts_per_fault") != std::string::npos);
  lessons.seconds_left = 0;
  outcome = heal(structure, static_silicon_parameters(), broken, lessons);
  CHECK(outcome.attempts.size() == 1);
  CHECK(outcome.attempts.back().detail.find("healing_seconds") != std::string::npos);
}

TEST_CASE("what a bridge gives is no label; what follows from it is") {
  const auto parameters = static_silicon_parameters();
  auto exhausted = static_silicon_run();
  const auto nelm = exhausted.vasprun.rfind("<i type=\"int\" name=\"NELM\">   200");
  REQUIRE(nelm != std::string::npos);
  for (auto at = exhausted.vasprun.find("name=\"NELM\">   200"); at != std::string::npos;
       at = exhausted.vasprun.find("name=\"NELM\">   200", at))
    exhausted.vasprun.replace(at, 18, "name=\"NELM\">    13");
  std::vector<double> widths;
  const auto outcome =
      heal(static_silicon(), parameters, [&](const dft::vasp::Numerics& numerics, int, double) {
        widths.push_back(numerics.sigma_factor);
        if (numerics.sigma_factor == 1 && (widths.size() < 2 || widths[widths.size() - 2] == 1))
          return exhausted;
        auto files = static_silicon_run();
        if (numerics.sigma_factor == 2)
          for (auto at = files.vasprun.find("name=\"SIGMA\">      0.05"); at != std::string::npos;
               at = files.vasprun.find("name=\"SIGMA\">      0.05", at))
            files.vasprun.replace(at, 23, "name=\"SIGMA\">      0.10");
        return files;
      });
  REQUIRE(outcome.accepted);
  const auto& attempts = outcome.attempts;
  REQUIRE(attempts.size() >= 3);
  CHECK(attempts[attempts.size() - 2].fault == "bridge");
  CHECK(attempts.back().remedy == dft::vasp::return_from_bridge().name);
  CHECK(attempts.back().fault == "none");
}

TEST_CASE("labels of other POTCAR files, cutoffs or tags have another level of theory") {
  const PotcarFolder folder;
  auto parameters = vasp_parameters({"Si"});
  parameters.command = "true";
  const auto level = [&](const dft::vasp::Parameters& changed) {
    return dft::vasp::Vasp(changed, folder.path).level_of_theory();
  };
  const std::string reference = level(parameters);
  CHECK(reference.size() == 16);
  auto changed = parameters;
  changed.encut = 351;
  CHECK(level(changed) != reference);
  changed = parameters;
  changed.incar["IVDW"] = "12";
  CHECK(level(changed) != reference);
  changed = parameters;
  changed.incar["NCORE"] = "4";
  CHECK(level(changed) == reference);
  std::filesystem::create_directories(folder.path / "Si");
  std::ofstream(folder.path / "Si/POTCAR") << vasp_text("potpaw_PBE/Si/POTCAR") << "\n";
  changed = parameters;
  changed.species["Si"].potcar = (folder.path / "Si/POTCAR").string();
  CHECK_THROWS_AS((void)level(changed), core::UserError);
  changed.species["Si"].checksum.clear();
  CHECK(level(changed) != reference);
}

TEST_CASE("parameters that no label can be made with are refused") {
  const PotcarFolder folder;
  const auto refused = [&](const auto& change) {
    auto parameters = vasp_parameters({"Si"});
    parameters.command = "true";
    change(parameters);
    CHECK_THROWS_AS(dft::vasp::Vasp(parameters, folder.path), core::UserError);
  };
  refused([](auto& p) { p.command = "no_such_vasp"; });
  refused([](auto& p) { p.command = " "; });
  refused([](auto& p) { p.encut = 0; });
  refused([](auto& p) { p.ismear = -5; });
  refused([](auto& p) { p.incar["NSW"] = "10"; });
  refused([](auto& p) { p.incar["nsw"] = "10"; });
  refused([](auto& p) { p.incar["IVDW"] = "12; NSW = 10"; });
  refused([](auto& p) { p.functional = "lda"; });
  refused([](auto& p) { p.species["Si"].potcar = "/nowhere/POTCAR"; });
  refused([](auto& p) { p.species["Al"] = p.species["Si"]; });
}

TEST_CASE("a recipe makes the same VASP elsewhere") {
  const PotcarFolder folder;
  auto parameters = static_silicon_parameters();
  parameters.command = "true";
  parameters.incar = {{"IVDW", "12"}};
  const dft::vasp::Vasp oracle(parameters, folder.path);
  const auto again = dft::open_recipe(oracle.recipe(), folder.path, 1);
  CHECK(again->level_of_theory() == oracle.level_of_theory());
  CHECK(again->recipe() == oracle.recipe());
  CHECK(again->cost(static_silicon()) == oracle.cost(static_silicon()));
}

TEST_CASE("labels by tighter settings are of another level of theory, and cost more") {
  const PotcarFolder folder;
  auto parameters = static_silicon_parameters();
  parameters.command = "true";
  const dft::vasp::Vasp oracle(parameters, folder.path);
  const dft::vasp::Vasp fine(dft::vasp::tighter(parameters), folder.path);
  CHECK(fine.level_of_theory() != oracle.level_of_theory());
  CHECK(fine.cost(static_silicon()) > oracle.cost(static_silicon()));
  CHECK(dft::vasp::tighter(parameters).encut == 1.25 * parameters.encut);
}

TEST_CASE("the parameters of an isolated atom") {
  const auto atom = dft::vasp::isolated_atom_parameters(vasp_parameters({"Fe", "Ni"}), 26);
  CHECK(atom.species.size() == 1);
  CHECK(atom.isolated);
  CHECK(atom.spin_polarized);
  CHECK(atom.species.at("Fe").starting_moment == 4);
  CHECK(atom.ismear == 0);
  CHECK_THROWS_AS((void)dft::vasp::isolated_atom_parameters(vasp_parameters({"Fe"}), 28),
                  core::UserError);
}
