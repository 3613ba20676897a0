#include "dft/espresso/espresso.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <stdlib.h>
#include <zlib.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "core/error.hpp"
#include "core/magnetic_order.hpp"
#include "core/seed.hpp"
#include "core/units.hpp"
#include "dft/espresso/pseudopotential.hpp"
#include "dft/local_executor.hpp"
#include "dft/magnetism.hpp"

using namespace mlip;
using namespace mlip::dft::espresso;

namespace {

/// Shown where a check fails: what was tried and why.
std::string story(const core::Outcome& outcome) {
  std::string text;
  for (const auto& attempt : outcome.attempts)
    text += attempt.fault + " (" + attempt.detail + "), remedy '" + attempt.remedy + "'; ";
  return text;
}

struct Folder {
  std::filesystem::path path;
  Folder() {
    char name[] = "/tmp/mlip_dft_XXXXXX";
    path = ::mkdtemp(name);
  }
  ~Folder() { std::filesystem::remove_all(path); }
};

Parameters parameters_for(const std::vector<std::string>& elements) {
  const auto set = choose_pseudopotentials(elements, {stock_folder}, "", {});
  Parameters parameters;
  parameters.ecutwfc_ry = set.ecutwfc_ry;
  parameters.ecutrho_ry = set.ecutrho_ry;
  for (const auto& [element, file] : set.by_element)
    parameters.species[element] = {file.file.string(), file.checksum, file.functional, file.valence,
                                   0};
  return parameters;
}

core::Structure silicon(double rattle, int repeats = 1) {
  core::Structure structure;
  structure.cell.periodic = {true, true, true};
  structure.cell.vectors << 0, 2.71, 2.71, 2.71, 0, 2.71, 2.71, 2.71, 0;
  structure.numbers = {14, 14};
  structure.positions = {{0, 0, 0}, {1.355, 1.355, 1.355}};
  structure = core::repeat(structure, {repeats, repeats, repeats});
  auto engine = core::random_engine(7, "test");
  for (auto& position : structure.positions)
    for (int k = 0; k < 3; ++k) position[k] += rattle * core::normal(engine);
  return structure;
}

Parameters silicon_parameters() {
  Parameters parameters = parameters_for({"Si"});
  parameters.k_spacing = 0.6;
  return parameters;
}

}  // namespace

TEST_CASE("silicon is labelled: energy, vanishing forces, pressure and the scratch tidied") {
  const Folder folder;
  const Espresso oracle(silicon_parameters(), folder.path);
  const auto outcome = oracle.label(silicon(0), "si", {});
  REQUIRE(outcome.accepted);
  REQUIRE(outcome.attempts.size() == 1);
  CHECK(outcome.attempts[0].fault == "none");
  CHECK(outcome.attempts[0].scf_steps > 2);
  // -15.85 Ry a cell for this pseudopotential, whatever the mesh to a few mRy.
  CHECK(*outcome.labels.energy / core::ev_per_rydberg == doctest::Approx(-15.85).epsilon(0.003));
  for (const auto& force : outcome.labels.forces) CHECK(force.norm() < 1e-3);
  CHECK(std::abs(outcome.labels.stress->trace() / 3 * core::gpa_per_ev_per_a3) < 5);
  CHECK(outcome.level_of_theory == oracle.level_of_theory());
  CHECK_FALSE(std::filesystem::exists(folder.path / "si"));
  CHECK_FALSE(std::filesystem::exists(folder.path / "failed"));
}

TEST_CASE("forces and stress are the derivatives of the energy") {
  const Folder folder;
  Parameters parameters = silicon_parameters();
  parameters.conv_thr_ry = 1e-11;
  parameters.k_spacing = 0.9;
  const Espresso oracle(parameters, folder.path);
  const auto structure = silicon(0.08);
  const auto centre = oracle.label(structure, "centre", {});
  REQUIRE(centre.accepted);
  const double step = 0.01;
  for (int k : {0, 2}) {
    double energies[2];
    for (int side : {0, 1}) {
      auto moved = structure;
      moved.positions[1][k] += side == 0 ? -step : step;
      const auto outcome = oracle.label(moved, "moved", {});
      REQUIRE(outcome.accepted);
      energies[side] = *outcome.labels.energy;
    }
    const double force = -(energies[1] - energies[0]) / (2 * step);
    CHECK(std::abs(force - centre.labels.forces[1][k]) < 2e-3);
  }
}

TEST_CASE("symmetry, which pw.x finds by itself, changes no label") {
  const Folder folder;
  const auto without = folder.path / "pw_without_symmetry.sh";
  std::ofstream(without) << "#!/bin/sh\n"
                            "sed -i 's/^&SYSTEM/&\\n  nosym = .true.\\n  noinv = .true./' pw.in\n"
                            "exec pw.x \"$@\"\n";
  std::filesystem::permissions(without, std::filesystem::perms::owner_all);
  Parameters parameters = silicon_parameters();
  parameters.conv_thr_ry = 1e-11;
  const Espresso oracle(parameters, folder.path);
  parameters.pw_command = without.string();
  const Espresso plain(parameters, folder.path);
  auto structure = silicon(0);
  structure.positions[1] += core::Vec3(0.05, 0.05, 0.05);  // along a threefold axis, which stays
  structure.cell.vectors *= 0.99;
  const auto one = oracle.label(structure, "with", {}),
             other = plain.label(structure, "without", {});
  REQUIRE(one.accepted);
  REQUIRE(other.accepted);
  const auto points = [&](const char* name) {
    const auto kept = folder.path / "accepted" / name / "attempt_1/pw.out.gz";
    const gzFile in = gzopen(kept.c_str(), "rb");
    std::string text(1 << 20, ' ');
    text.resize(static_cast<std::size_t>(gzread(in, text.data(), 1 << 20)));
    gzclose(in);
    return std::stoi(text.substr(text.find("number of k points=") + 19));
  };
  CHECK(3 * points("with") < points("without"));
  CHECK(std::abs(*one.labels.energy - *other.labels.energy) < 1e-6);
  CHECK(one.labels.forces[0].norm() > 0.1);
  for (int i : {0, 1}) CHECK((one.labels.forces[i] - other.labels.forces[i]).norm() < 1e-4);
  CHECK((*one.labels.stress - *other.labels.stress).norm() < 1e-6);
}

TEST_CASE("too few SCF steps are healed, and the healed label is the plain one") {
  const Folder folder;
  const auto structure = silicon(0.08);
  Parameters parameters = silicon_parameters();
  const auto plain = Espresso(parameters, folder.path).label(structure, "plain", {});
  parameters.electron_maxstep = 3;
  const auto healed = Espresso(parameters, folder.path).label(structure, "short", {});
  REQUIRE(plain.accepted);
  REQUIRE(healed.accepted);
  REQUIRE(healed.attempts.size() >= 2);
  CHECK(healed.attempts.front().fault == "not converged");
  CHECK_FALSE(healed.attempts.back().remedy.empty());
  CHECK(std::abs(*healed.labels.energy - *plain.labels.energy) < 1e-5);
  CHECK(std::filesystem::exists(folder.path / "failed/short/attempt_1/pw.in"));
  CHECK_FALSE(std::filesystem::exists(folder.path / "short"));
}

namespace {

/// A program that misbehaves the first time it runs in `state`, and is pw.x from then on.
std::string once(const Folder& folder, const std::string& misbehaviour) {
  const auto file = folder.path / "pw_once";
  std::ofstream(file) << "#!/bin/sh\nif mkdir '" << (folder.path / "seen").string()
                      << "' 2>/dev/null; then\n"
                      << misbehaviour << "\nfi\nexec pw.x \"$@\"\n";
  std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  return file.string();
}

}  // namespace

TEST_CASE("pw.x killed in the middle of its run is started once more") {
  const Folder folder;
  Parameters parameters = silicon_parameters();
  parameters.pw_command =
      once(folder,
           "pw.x \"$@\" & child=$!\nuntil grep -q 'iteration #' pw.out; do sleep 0.02; done\n"
           "kill -9 $child; kill -9 $$");
  const auto outcome = Espresso(parameters, folder.path).label(silicon(0.08), "killed", {});
  INFO(story(outcome));
  REQUIRE(outcome.accepted);
  REQUIRE(outcome.attempts.size() == 2);
  CHECK(outcome.attempts[0].fault == "killed");
  CHECK(outcome.attempts[1].remedy == "once more after being killed");
}

TEST_CASE("a run that hangs is ended at the time limit and given twice the time") {
  const Folder folder;
  Parameters parameters = silicon_parameters();
  parameters.time_limit_seconds = 3;
  parameters.pw_command = once(folder, "sleep 60");
  const auto outcome = Espresso(parameters, folder.path).label(silicon(0.08), "hangs", {});
  INFO(story(outcome));
  REQUIRE(outcome.accepted);
  REQUIRE(outcome.attempts.size() == 2);
  CHECK(outcome.attempts[0].fault == "time limit");
  CHECK(outcome.attempts[1].remedy == "twice the time, from the density");
}

TEST_CASE("pw.x itself notices the end of its time and goes on from the density") {
  const Folder folder;
  Parameters parameters = silicon_parameters();
  parameters.k_spacing = 0.4;
  parameters.time_limit_seconds = 1.2;
  const auto outcome = Espresso(parameters, folder.path).label(silicon(0.08, 2), "slow", {});
  REQUIRE(!outcome.attempts.empty());
  CHECK(outcome.attempts[0].fault == "time limit");
}

TEST_CASE("programs and files that are missing stop the run before it starts") {
  const Folder folder;
  Parameters parameters = silicon_parameters();
  parameters.pw_command = "no-such-pw.x";
  CHECK_THROWS_AS(Espresso(parameters, folder.path), core::UserError);
  parameters = silicon_parameters();
  parameters.species["Si"].pseudopotential = "/no/such/Si.UPF";
  CHECK_THROWS_WITH(Espresso(parameters, folder.path),
                    "pseudopotential file '/no/such/Si.UPF' of 'Si' does not exist");
}

TEST_CASE("a pseudopotential that vanishes while running stops the run, not only the structure") {
  const Folder folder;
  Parameters parameters = silicon_parameters();
  const auto copy = folder.path / "Si.vanishing.UPF";
  std::filesystem::copy_file(parameters.species["Si"].pseudopotential, copy);
  parameters.species["Si"].pseudopotential = copy.string();
  const Espresso oracle(parameters, folder.path);
  std::ofstream(copy) << "<html>not found</html>\n";
  try {
    (void)oracle.label(silicon(0), "si", {});
    FAIL("labelled without pseudopotential");
  } catch (const core::UserError& error) {
    CHECK(error.code() == core::ExitCode::missing_tool);
    CHECK(std::string(error.what()).find("readpp") != std::string::npos);
  }
  CHECK(std::filesystem::exists(folder.path / "failed/si/attempt_1/pw.out"));
  std::filesystem::remove(copy);
  CHECK_THROWS_AS((void)oracle.label(silicon(0), "si", {}), core::UserError);
}

TEST_CASE("a molecule in a box and an isolated atom are labelled") {
  const Folder folder;
  Parameters parameters = parameters_for({"H"});
  parameters.isolated = true;
  core::Structure molecule;
  molecule.numbers = {1, 1};
  molecule.positions = {{0, 0, 0}, {0.77, 0, 0}};
  const auto pair = Espresso(parameters, folder.path).label(molecule, "h2", {});
  REQUIRE(pair.accepted);
  CHECK_FALSE(pair.labels.stress);
  core::Structure atom;
  atom.numbers = {1};
  atom.positions = {{0, 0, 0}};
  const auto single =
      Espresso(isolated_atom_parameters(parameters, 1), folder.path).label(atom, "h", {});
  REQUIRE(single.accepted);
  CHECK(*single.labels.total_magnetization == doctest::Approx(1).epsilon(0.05));
  const double bond = *pair.labels.energy - 2 * *single.labels.energy;
  CHECK(bond < -4);
  CHECK(bond > -6);
}

TEST_CASE("a stop request ends pw.x promptly and leaves no failure behind") {
  const Folder folder;
  Parameters parameters = silicon_parameters();
  parameters.k_spacing = 0.1;
  std::stop_source source;
  std::jthread later([&source] {
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    source.request_stop();
  });
  const auto start = std::chrono::steady_clock::now();
  const auto outcome =
      Espresso(parameters, folder.path).label(silicon(0.08, 2), "long", source.get_token());
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
  CHECK_FALSE(outcome.accepted);
  CHECK(outcome.attempts.back().fault == "interrupted");
  CHECK_FALSE(std::filesystem::exists(folder.path / "failed"));
}

TEST_CASE("atoms too close cost no run") {
  const Folder folder;
  auto structure = silicon(0);
  structure.positions[1] = {0.5, 0, 0};
  const auto outcome = Espresso(silicon_parameters(), folder.path).label(structure, "close", {});
  CHECK_FALSE(outcome.accepted);
  REQUIRE(outcome.attempts.size() == 1);
  CHECK(outcome.attempts[0].fault == "atoms too close");
}

TEST_CASE("a magnet keeps its moment, in total and on its site") {
  const Folder folder;
  Parameters parameters = parameters_for({"Ni"});
  parameters.species["Ni"].starting_moment = 0.8;
  parameters.spin_polarized = true;
  parameters.k_spacing = 0.7;
  parameters.mixing_beta = 0.4;
  core::Structure nickel;
  nickel.cell.periodic = {true, true, true};
  nickel.cell.vectors << 0, 1.76, 1.76, 1.76, 0, 1.76, 1.76, 1.76, 0;
  nickel.numbers = {28};
  nickel.positions = {{0, 0, 0}};
  const auto outcome = Espresso(parameters, folder.path).label(nickel, "ni", {});
  INFO(story(outcome));
  REQUIRE(outcome.accepted);
  CHECK(*outcome.labels.total_magnetization > 0.4);
  CHECK(*outcome.labels.total_magnetization < 1.0);
  REQUIRE(outcome.labels.magnetic_moments.size() == 1);
  CHECK(outcome.labels.magnetic_moments[0] > 0.3);
}

TEST_CASE("two ranks, by k-points or plane waves, label as one does") {
  const Folder folder;
  Parameters parameters = silicon_parameters();
  parameters.conv_thr_ry = 1e-10;
  for (const double k_spacing : {0.6, 3.0}) {
    parameters.k_spacing = k_spacing;
    const Espresso oracle(parameters, folder.path);
    CHECK((oracle.shared_points(silicon(0.08)) > 1) == (k_spacing < 1));
    const auto serial = oracle.label(silicon(0.08), "serial", {});
    const auto parallel = oracle.on(2)->label(silicon(0.08), "parallel", {});
    INFO(story(parallel));
    REQUIRE(serial.accepted);
    REQUIRE(parallel.accepted);
    REQUIRE(parallel.attempts.size() == 1);
    CHECK(serial.attempts[0].ranks == 1);
    CHECK(parallel.attempts[0].ranks == 2);
    CHECK(parallel.level_of_theory == serial.level_of_theory);
    CHECK(std::abs(*serial.labels.energy - *parallel.labels.energy) < 1e-6);
    for (std::size_t atom : {0, 1})
      CHECK((serial.labels.forces[atom] - parallel.labels.forces[atom]).norm() < 1e-4);
  }
}

TEST_CASE("more ranks than the machine has fall back to one") {
  const Folder folder;
  Parameters parameters = silicon_parameters();
  parameters.mpi_ranks = 500;
  const Espresso oracle(parameters, folder.path);
  const auto many = oracle.label(silicon(0.08), "many", {});
  INFO(story(many));
  REQUIRE(many.accepted);
  CHECK(many.attempts[0].fault == "parallel layout");
  CHECK(many.attempts[1].remedy == "one process");
  CHECK(many.attempts[1].ranks == 1);
  CHECK_FALSE(oracle.try_on(500, silicon(0.08), 60, {}));
  CHECK_FALSE(oracle.try_on(1, silicon(0.08), 1e-3, {}));
  CHECK(oracle.try_on(1, silicon(0.08), 60, {}));
}

TEST_CASE("a machine measures the speed of two ranks on a structure that cores wait for") {
  const Folder folder;
  Parameters parameters = silicon_parameters();
  parameters.k_spacing = 0.3;
  const Espresso oracle(parameters, folder.path / "scratch");
  std::vector<dft::Job> jobs = {{silicon(0.08, 2), "large"}};
  REQUIRE(oracle.cost(jobs[0].structure) > 20);
  dft::LocalExecutor(2, folder.path / "measured").lay_out(oracle, jobs, {});
  const dft::RankTable table(folder.path / "measured",
                             static_cast<int>(std::thread::hardware_concurrency()));
  const dft::Extent extent = {oracle.cost(jobs[0].structure),
                              oracle.shared_points(jobs[0].structure)};
  CHECK(table.knows(extent, 2));
  const auto speedup = table.speedup(extent);  // none where something else keeps the cores busy
  CHECK(speedup.size() <= 1);
  const std::vector<dft::Task> task = {{oracle.cost(jobs[0].structure), speedup}};
  CHECK(jobs[0].layout == dft::lay_out(task, 2)[0]);
  CHECK(std::filesystem::is_empty(folder.path / "scratch"));
}

TEST_CASE("iron on the wrong magnetic branch is found and moved to the lower state") {
  const Folder folder;
  Parameters parameters = parameters_for({"Fe"});
  parameters.ecutwfc_ry = 28;
  parameters.ecutrho_ry = 224;
  parameters.k_spacing = 0.9;
  parameters.spin_polarized = true;
  parameters.mixing_beta = 0.4;
  const Espresso oracle(parameters, folder.path);
  const auto iron = [](double edge) {
    core::Structure structure;
    structure.cell.periodic = {true, true, true};
    structure.cell.vectors << -edge, edge, edge, edge, -edge, edge, edge, edge, -edge;
    structure.cell.vectors /= 2;
    structure.numbers = {26};
    structure.positions = {{0, 0, 0}};
    return structure;
  };
  const std::vector<dft::Job> jobs = {{iron(2.85), "a", {"zero", {{26, 0.0}}, false}},
                                      {iron(2.87), "b", {"bulk", {{26, 2.3}}, false}}};
  std::vector<core::Outcome> outcomes(2);
  dft::compute_batch(oracle, jobs, 2, {}, [&](std::size_t k, const core::Outcome& outcome) {
    INFO(story(outcome));
    REQUIRE(outcome.accepted);
    outcomes[k] = outcome;
  });
  const core::Outcome &collapsed = outcomes[0], &magnetic = outcomes[1];
  CHECK(collapsed.absolute_magnetization.value() < 0.1);
  CHECK(collapsed.attempts.front().remedy == "zero");
  CHECK(magnetic.absolute_magnetization.value() > 2);

  const std::vector states = {*dft::magnetic_state(iron(2.85), collapsed.labels),
                              *dft::magnetic_state(iron(2.87), magnetic.labels)};
  const auto off = dft::off_branch(states);
  REQUIRE(off.size() == 2);
  const auto start = dft::other_starts(iron(2.85), states[off[0].neighbor]).front();
  const auto moved = dft::lower(collapsed, oracle.label_from(iron(2.85), start, "c", {}), 1);
  CHECK(*moved.labels.energy < *collapsed.labels.energy - 0.2);
  CHECK(moved.absolute_magnetization.value() > 2);
  CHECK(moved.level_of_theory == collapsed.level_of_theory);
  CHECK(dft::off_branch(std::vector{*dft::magnetic_state(iron(2.85), moved.labels), states[1]})
            .empty());
}

TEST_CASE("chromium is labelled as an antiferromagnet, its two kinds of atoms as one element") {
  const Folder folder;
  Parameters parameters = parameters_for({"Cr"});
  parameters.ecutwfc_ry = 24;
  parameters.ecutrho_ry = 192;
  parameters.k_spacing = 2.2;
  parameters.conv_thr_ry = 1e-6;
  parameters.spin_polarized = true;
  parameters.mixing_beta = 0.3;
  core::Structure chromium;
  chromium.cell.periodic = {true, true, true};
  chromium.cell.vectors = 3.0 * core::Mat3::Identity();
  chromium.numbers = {24, 24};
  chromium.positions = {{0, 0, 0}, {1.5, 1.5, 1.5}};
  const auto outcome = Espresso(parameters, folder.path)
                           .label_from(chromium, {"antiferromagnetic", {{24, 4}}, true}, "cr", {});
  INFO(story(outcome));
  REQUIRE(outcome.accepted);
  CHECK(core::magnetic_order(outcome.labels) == "antiferromagnetic");
  const auto state = dft::magnetic_state(chromium, outcome.labels);
  CHECK(state->start.alternating);
  CHECK(state->start.moments.at(24) > 1);
}

TEST_CASE("tighter settings are another level of theory, close by") {
  const Folder folder;
  Parameters parameters = silicon_parameters();
  parameters.k_spacing = 0.9;
  const Espresso usual(parameters, folder.path), finer(tighter(parameters), folder.path);
  CHECK(usual.level_of_theory() != finer.level_of_theory());
  const auto label = usual.label(silicon(0.08), "usual", {});
  const auto again = finer.label(silicon(0.08), "finer", {});
  REQUIRE(label.accepted);
  REQUIRE(again.accepted);
  CHECK(again.level_of_theory == finer.level_of_theory());
  const double force = (label.labels.forces[0] - again.labels.forces[0]).norm();
  CHECK(force > 1e-4);
  CHECK(force < 0.5);  // of so coarse a mesh
}
