#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "core/file.hpp"
#include "dft/convergence_slope.hpp"
#include "dft/vasp/fault.hpp"
#include "dft/vasp/outcar.hpp"
#include "dft/vasp/remedy.hpp"
#include "dft/vasp/vasprun.hpp"

using namespace mlip;

namespace {

std::string vasp_file(const std::string& name) {
  return core::read_file(std::filesystem::path(TEST_DATA) / "dft/vasp" / name);
}

dft::vasp::Vasprun vasprun_of(const std::string& folder) {
  const auto vasprun = dft::vasp::parse_vasprun(vasp_file(folder + "/vasprun.xml"));
  REQUIRE(vasprun);
  return *vasprun;
}

dft::vasp::RunFiles vasp_run(const std::string& folder) {
  dft::vasp::RunFiles files;
  files.completion = {exec::Completion::End::exited, 0, 4, 4};
  files.standard_output = vasp_file(folder + "/vasp.out");
  files.outcar = vasp_file(folder + "/OUTCAR");
  files.vasprun = vasp_file(folder + "/vasprun.xml");
  return files;
}

/// An output that ends with this text and leaves no files.
dft::vasp::Fault vasp_fault_of(const std::string& output) {
  dft::vasp::RunFiles files;
  files.completion = {exec::Completion::End::exited, 0, 1, 1};
  files.standard_output = output;
  return dft::vasp::diagnose(files).fault;
}

}  // namespace

// Reference values: ASE 3.29.0, ase.io.read(format='vasp-xml'), free_energy, forces, stress.
TEST_CASE("a static run of VASP in the units of the project") {
  const auto silicon = vasprun_of("silicon_static");
  CHECK(silicon.version == "6.2.0");
  CHECK(silicon.run_id == "unknown system");
  CHECK(silicon.titles == std::vector<std::string>{"PAW_PBE Si 05Jan2001"});
  CHECK(silicon.ionic_steps == 1);
  CHECK(silicon.energies.size() == 13);
  CHECK(silicon.nelm == 200);
  CHECK(silicon.converged());
  CHECK(silicon.encut == 250);
  CHECK(silicon.ismear == 0);
  CHECK(silicon.sigma == doctest::Approx(0.05));
  CHECK(silicon.ediff == doctest::Approx(2e-6));
  CHECK(silicon.ispin == 2);
  CHECK(silicon.divisions == std::array{7, 7, 7});
  CHECK(silicon.largest_last_occupation == 0);
  CHECK(silicon.structure.numbers == std::vector{14, 14});
  CHECK((silicon.structure.positions[1] - core::Vec3(1.35, 1.35, 1.35)).norm() < 1e-8);
  CHECK(*silicon.energy == -10.61487473);
  CHECK((*silicon.stress)(0, 0) == doctest::Approx(-0.0111579613).epsilon(1e-8));
  const auto outcar = dft::vasp::parse_outcar(vasp_file("silicon_static/OUTCAR"));
  CHECK(outcar.finished);
  CHECK(*outcar.energy == -10.61487473);
  CHECK(*outcar.total_magnetization == -0.0004385);
  CHECK(outcar.magnetic_moments.empty());
}

TEST_CASE("forces and all of the stress of a low-symmetry cell") {
  const auto shaken = vasprun_of("silicon_shaken");
  CHECK(shaken.version == "5.4.4.18Apr17-6-g9f103f2a35");
  CHECK(*shaken.energy == -6.50214658);
  CHECK(shaken.forces.size() == 2);
  CHECK(shaken.forces[0] == core::Vec3(-6.09635501, 11.33713775, -7.02162328));
  core::Mat3 stress;
  stress << -0.0083510819, 0.1240879859, -0.1008779174, 0.1240879859, -0.3398442172, 0.2603026413,
      -0.1008779174, 0.2603026413, -0.1593339899;
  CHECK((*shaken.stress - stress).norm() < 1e-8);
  CHECK((shaken.structure.positions[0] - core::Vec3(4.101546, 4.12888964, 4.2382642)).norm() <
        1e-8);
}

TEST_CASE("two species, 64 atoms, VASP 4.6") {
  const auto salt = vasprun_of("sodium_chloride");
  CHECK(salt.structure.size() == 64);
  CHECK(salt.structure.numbers.front() == 11);
  CHECK(salt.structure.numbers.back() == 17);
  CHECK(salt.titles.size() == 2);
  CHECK(*salt.energy == -216.82820693);
  CHECK(salt.forces[0] == core::Vec3(-0.01806194, 0, 0));
  CHECK(salt.forces[63] == core::Vec3(-2.359e-04, 0, -9e-08));
  CHECK((*salt.stress)(0, 0) == doctest::Approx(0.0010334191).epsilon(1e-8));
}

TEST_CASE("the stress of a compressed cell is negative: energy falls as it expands") {
  const auto compressed = vasprun_of("silicon_static"), relaxed = vasprun_of("silicon_relaxed");
  const double slope = (*relaxed.energy - *compressed.energy) /
                       (relaxed.structure.cell.volume() - compressed.structure.cell.volume());
  const double mean = (compressed.stress->trace() + relaxed.stress->trace()) / 6;
  CHECK(slope < 0);
  // 250 eV are few: the Pulay stress takes a quarter of it.
  CHECK(mean / slope > 0.6);
  CHECK(mean / slope < 1.4);
}

TEST_CASE("moments of the atoms are those of the last table") {
  const auto four = dft::vasp::parse_outcar(vasp_file("texts/OUTCAR_four_moments"));
  CHECK(four.magnetic_moments == std::vector{1.621, 1.619, 1.640, 1.640});
  CHECK(*four.energy == -28.41743309);
  const auto one = dft::vasp::parse_outcar(vasp_file("texts/OUTCAR_one_moment"));
  CHECK(one.magnetic_moments == std::vector{2.434});
  const auto electrons = dft::vasp::parse_outcar(
      " number of electron      35.9999947 magnetization       6.4424922\n");
  CHECK(*electrons.total_magnetization == 6.4424922);
  CHECK_FALSE(
      dft::vasp::parse_outcar(" number of electron 8.0 magnetization\n 3\n").total_magnetization);
}

TEST_CASE("good runs have no fault, and those that only look good have") {
  using dft::vasp::Fault;
  CHECK(diagnose(vasp_run("silicon_static")).fault == Fault::none);
  CHECK(diagnose(vasp_run("silicon_shaken")).fault == Fault::none);
  auto warned = vasp_run("silicon_static");
  warned.standard_output += " WARNING: Sub-Space-Matrix is not hermitian in DAV            1\n";
  CHECK(diagnose(warned).fault == Fault::none);

  auto mixed = vasp_run("silicon_shaken");
  mixed.standard_output = vasp_file("brmix/vasp.out");
  CHECK(diagnose(mixed).fault == Fault::mixing);
  const auto reached = vasp_run("nelm_reached");
  CHECK(reached.outcar.find("aborting loop because EDIFF is reached") != std::string::npos);
  CHECK(diagnose(reached).fault == Fault::not_converged);
  CHECK(diagnose(reached).detail == "8 SCF steps of 8");
  auto warned_and_not = reached;
  warned_and_not.standard_output +=
      " WARNING in EDDRMM: call to ZHEGV failed, returncode = 8 3 4\n";
  CHECK(diagnose(warned_and_not).fault == Fault::diagonalization);

  auto killed = vasp_run("unfinished");
  CHECK(diagnose(killed).fault == Fault::incomplete_output);
  killed.completion = {exec::Completion::End::signaled, 9, 1, 1};
  CHECK(diagnose(killed).fault == Fault::killed);
  killed.completion = {exec::Completion::End::signaled, 11, 1, 1};
  CHECK(diagnose(killed).fault == Fault::crashed);
  killed.completion = {exec::Completion::End::timed_out, 15, 60, 60};
  CHECK(diagnose(killed).fault == Fault::time_limit);
  auto full = vasp_run("silicon_static");
  full.free_bytes = 0;
  CHECK(diagnose(full).fault == Fault::disk_full);
  auto lost = vasp_run("silicon_static");
  lost.vasprun.clear();
  CHECK(diagnose(lost).fault == Fault::incomplete_output);
  CHECK(diagnose(lost).detail == "no vasprun.xml");
}

TEST_CASE("faults by real outputs") {
  using dft::vasp::Fault;
  CHECK(vasp_fault_of(vasp_file("texts/stdout_tetrahedron")) == Fault::tetrahedron);
  CHECK(vasp_fault_of(vasp_file("texts/stdout_ZBRENT")) == Fault::line_search);
  CHECK(vasp_fault_of(vasp_file("texts/stdout_bug")) == Fault::unknown_error);
  CHECK(vasp_fault_of(vasp_file("texts/stdout_generic_box_error")) == Fault::unknown_error);
  CHECK(vasp_fault_of(vasp_file("texts/stdout_inconsistent_lattice")) == Fault::symmetry);
  CHECK(vasp_fault_of(vasp_file("texts/stdout_nostart")) == Fault::program_missing);
  dft::vasp::RunFiles crashed;
  crashed.completion = {exec::Completion::End::exited, 0, 1, 1};
  crashed.outcar = vasp_file("texts/OUTCAR_crashed");
  CHECK(diagnose(crashed).fault == Fault::incomplete_output);
}

// The texts are facts, as VASP prints them and custodian 2026.10.21 (MIT licence) collects them; no
// public file holds them.
TEST_CASE("faults by the texts VASP is known for") {
  using dft::vasp::Fault;
  const std::vector<std::pair<Fault, const char*>> texts = {
      {Fault::diagonalization, "Error EDDDAV: Call to ZHEGV failed. Returncode =  14 1  8"},
      {Fault::diagonalization, " ERROR in subspace rotation PSSYEVX: not enough eigenvalues found"},
      {Fault::diagonalization, "ERROR in EDDIAG: call to ZHEEV/ZHEEVX/DSYEV/DSYEVX failed!"},
      {Fault::diagonalization, "WARNING: Sub-Space-Matrix is not hermitian in DAV 4 -3.1E-003"},
      {Fault::diagonalization,
       "WARNING in EDDRMM: call to ZHEGV failed, returncode =   6  3     8"},
      {Fault::cholesky, "LAPACK: Routine ZPOTRF failed!"},
      {Fault::mixing, "BRMIX: very serious problems"},
      {Fault::gradient, "EDWAV: internal error, the gradient is not orthogonal"},
      {Fault::line_search, "ZBRENT: fatal internal in brackting"},
      {Fault::symmetry, "RHOSYG internal error: stars are not distinct, try to increase SYMPREC"},
      {Fault::symmetry, "VERY BAD NEWS! internal error in subroutine SGRCON:"},
      {Fault::symmetry, "POSMAP internal error: symmetry equivalent atom not found"},
      {Fault::symmetry, "VERY BAD NEWS! internal error in subroutine IBZKPT:"},
      {Fault::symmetry, "internal error in subroutine PRICEL (probably precision problem"},
      {Fault::symmetry, "PRICELV: current lattice and primitive lattice are incommensurate"},
      {Fault::symmetry, "inverse of rotation matrix was not found (increase SYMPREC)"},
      {Fault::tetrahedron, "Tetrahedron method fails (number of k-points < 4)"},
      {Fault::too_few_bands, "TOO FEW BANDS"},
      {Fault::too_few_bands, "|  Your highest band is occupied at some k-points! Unless you are |"},
      {Fault::real_space_projectors, "REAL_OPTLAY: internal error (1)"},
      {Fault::real_space_projectors, "ERROR RSPHER:internal ERROR:increase NPRO"},
      {Fault::real_space_projectors, "ERROR: SBESSELITER : nicht konvergent"},
      {Fault::bad_restart, "ERROR: while reading WAVECAR, plane wave coefficients changed"},
      {Fault::input_refused, "Error reading item 'ISMEAR' from file INCAR."},
      {Fault::potcar_wrong, "ERROR: number of potentials on File POTCAR incompatible with number"},
      {Fault::out_of_memory, "forrtl: severe (41): insufficient virtual memory"},
      {Fault::crashed, "forrtl: severe (174): SIGSEGV, segmentation fault occurred"},
      {Fault::killed, "mpirun noticed that process rank 0 exited on signal 9 (Killed)."},
      {Fault::time_limit, "slurmstepd: *** JOB 12 CANCELLED AT 12:00:00 DUE TO TIME LIMIT ***"},
      {Fault::disk_full, "forrtl: No space left on device"},
      {Fault::unknown_error, "I REFUSE TO CONTINUE WITH THIS SICK JOB ... BYE!!!"},
  };
  for (const auto& [fault, text] : texts) {
    INFO(text);
    CHECK(vasp_fault_of(std::string(" DAV:   1\n") + text + "\n more\n") == fault);
  }
}

TEST_CASE("every prefix of a vasprun.xml is refused, or says the same") {
  const std::string whole = vasp_file("silicon_static/vasprun.xml");
  const auto expected = *dft::vasp::parse_vasprun(whole);
  for (std::size_t size = 0; size < whole.size(); size += size + 200 < whole.size() ? 97 : 1) {
    const auto cut = dft::vasp::parse_vasprun(whole.substr(0, size));
    if (!cut) continue;
    CHECK(size > whole.find_last_of('>'));
    CHECK(cut->energy == expected.energy);
    CHECK(cut->forces == expected.forces);
  }
  const std::string outcar = vasp_file("silicon_static/OUTCAR");
  for (std::size_t size = 0; size < outcar.size(); size += 211) {
    const auto cut = dft::vasp::parse_outcar(std::string_view(outcar).substr(0, size));
    CHECK(cut.finished == (size >= outcar.find(" informat", outcar.find("General timing"))));
  }
}

TEST_CASE("overflown numbers of VASP are no labels") {
  std::string damaged = vasp_file("silicon_shaken/vasprun.xml");
  const auto forces = damaged.find("<varray name=\"forces\"");
  const auto number = damaged.find("-6.09635501", forces);
  REQUIRE(number != std::string::npos);
  damaged.replace(number, 11, "***********");
  const auto vasprun = dft::vasp::parse_vasprun(damaged);
  REQUIRE(vasprun);
  CHECK(vasprun->forces.empty());
  damaged.replace(number, 11, "        NaN");
  CHECK(dft::vasp::parse_vasprun(damaged)->forces.empty());
}

TEST_CASE("the reference of VASP's faults is that of the tables; MLIP_REWRITE=1 writes it anew") {
  const std::filesystem::path page =
      std::filesystem::path(TEST_DATA) / "../../docs/reference/faults_vasp.md";
  const std::string now = dft::vasp::fault_reference();
  if (std::getenv("MLIP_REWRITE") != nullptr) core::write_atomically(page, now);
  CHECK(core::read_file(page) == now);
}
