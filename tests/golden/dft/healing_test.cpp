// The healing loop, fed with what real runs left behind.
#include "dft/espresso/healing.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "core/error.hpp"
#include "core/units.hpp"
#include "dft/espresso/remedy.hpp"
#include "real_run.hpp"

using namespace real_run;
using End = exec::Completion::End;

namespace {

/// Plays runs back, one an attempt (the last one again and again), and keeps what was asked of
/// each.
struct Player {
  std::vector<RunFiles> runs;
  std::vector<Numerics> asked_for = {};
  std::vector<double> waits = {};
  dft::Lessons lessons = {};
  dft::MagneticStart start = {};

  core::Outcome heal(const core::Structure& structure, const Parameters& parameters) {
    return dft::espresso::heal(
        structure, parameters,
        [this](const Numerics& numerics, int attempt, double wait) {
          asked_for.push_back(numerics);
          waits.push_back(wait);
          const auto index = static_cast<std::size_t>(attempt) - 1;
          return runs[std::min(index, runs.size() - 1)];
        },
        lessons, start);
  }
  core::Outcome heal() { return heal(asked("00_ok"), aluminium()); }
};

RunFiles good() {
  return files("00_ok", End::exited, 0);
}

RunFiles unconverged() {
  auto run = files("07_nbnd_too_few_smear", End::exited, 2);
  run.density_saved = true;
  return run;
}

}  // namespace

TEST_CASE("a good run is one attempt") {
  Player player{{good()}};
  const auto outcome = player.heal();
  CHECK(outcome.accepted);
  REQUIRE(outcome.attempts.size() == 1);
  CHECK(outcome.attempts[0].fault == "none");
  CHECK(outcome.attempts[0].remedy.empty());
  CHECK(outcome.attempts[0].scf_steps == 6);
  CHECK(*outcome.labels.energy == doctest::Approx(-16.58862899 * core::ev_per_rydberg));
  CHECK(outcome.labels.forces.size() == 4);
  CHECK(outcome.labels.stress);
}

TEST_CASE("every fault that can heal heals when its first remedy works") {
  const struct {
    const char* run;
    End end;
    int code;
    const char* remedy;
  } cases[] = {
      {"03_sigkill_serial", End::signaled, 9, "once more after being killed"},
      {"04c_ulimit_v_600M", End::exited, 1, "conjugate gradients, which need less memory"},
      {"07_nbnd_too_few_smear", End::exited, 2, "mixing beta 0.3 from the density"},
      {"07b_nbnd_too_few_tight", End::exited, 1, "1.2 times the bands"},
      {"07c_nbnd_equal_half", End::exited, 27, "conjugate gradients"},
      {"10_disk_256k", End::exited, 0, "once more for whole output"},
      {"11c_nk4_np2", End::exited, 1, "one process"},
      {"25_mpich_mpiexec_mismatch", End::exited, 2, "once more after a crash"},
      {"27c_mpi_rank1_sigstop_timeout20", End::timed_out, 15, "twice the time, from the density"},
      {"29_mpirun_sigterm", End::exited, 1, "once more"},
      {"66c_startpotwfc_other_k", End::exited, 1, "from atomic densities"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.remedy);
    Player player{{files(one.run, one.end, one.code), good()}};
    const auto outcome = player.heal();
    CHECK(outcome.accepted);
    REQUIRE(outcome.attempts.size() == 2);
    CHECK(outcome.attempts[0].fault != "none");
    CHECK_FALSE(outcome.attempts[0].detail.empty());
    CHECK(outcome.attempts[1].remedy == one.remedy);
    CHECK(player.asked_for[1].degauss_factor == 1);
  }
}

TEST_CASE("the ladder of an SCF that never converges is climbed to its end and given up") {
  Player player{{unconverged()}};
  const auto outcome = player.heal();
  CHECK_FALSE(outcome.accepted);
  REQUIRE(outcome.attempts.size() == 6);
  CHECK(player.asked_for[1].mixing_beta == doctest::Approx(0.3));
  CHECK(player.asked_for[1].start_from_density);
  CHECK(player.asked_for[1].electron_maxstep == 200);
  CHECK(player.asked_for[2].mixing_mode == "local-TF");
  CHECK(player.asked_for[3].mixing_beta == doctest::Approx(0.1));
  CHECK(player.asked_for[4].diagonalization == "cg");
  CHECK_FALSE(player.asked_for[4].start_from_density);
  CHECK(player.asked_for[5].degauss_factor == 2);
  for (const auto& attempt : outcome.attempts) CHECK(attempt.fault == "not converged");
}

TEST_CASE("an SCF on its way gets more steps first") {
  auto short_run = files("01_maxstep2", End::exited, 2);
  short_run.standard_output = read("00_ok", "pw.out");  // converging ...
  const std::string achieved = "convergence has been achieved";
  short_run.standard_output.replace(short_run.standard_output.find(achieved), achieved.size(),
                                    "convergence NOT achieved");
  short_run.density_saved = true;
  Player player{{short_run, good()}};
  const auto outcome = player.heal();
  CHECK(outcome.accepted);
  CHECK(outcome.attempts[1].remedy == "more steps from the density");
  CHECK(player.asked_for[1].electron_maxstep == 200);
  CHECK(player.asked_for[1].start_from_wavefunctions);
}

TEST_CASE("what converged on a bridge is no label; what the target settings give from there is") {
  const auto bridge = [] {
    auto run = good();
    run.density_saved = true;
    return run;
  };
  Player player{{unconverged(), unconverged(), unconverged(), unconverged(), unconverged(),
                 bridge(), good()}};
  const auto outcome = player.heal();
  CHECK(outcome.accepted);
  REQUIRE(outcome.attempts.size() == 7);
  CHECK(outcome.attempts[5].fault == "bridge");
  CHECK(outcome.attempts[6].remedy == return_from_bridge().name);
  CHECK(player.asked_for[5].degauss_factor == 2);
  CHECK(player.asked_for[6].degauss_factor == 1);
  CHECK(player.asked_for[6].start_from_density);

  player = {{unconverged(), unconverged(), unconverged(), unconverged(), unconverged(), bridge(),
             unconverged()}};
  const auto given_up = player.heal();
  CHECK_FALSE(given_up.accepted);
  CHECK(given_up.attempts.size() == 7);
}

TEST_CASE("a magnetic state found on a bridge is no candidate") {
  const auto structure = asked("20_Ni2_uspp_2.0A");
  Parameters parameters;
  parameters.species["Ni"] = {"Ni.UPF", "f3dced881015233e580a368199c8c48a", "pbe", 10, 4};
  parameters.spin_polarized = true;
  const auto collapsed = files("20_Ni2_uspp_2.0A", End::exited, 0);
  Player player{{collapsed}};
  const auto kept = player.heal(structure, parameters);
  CHECK(kept.attempts[0].fault == "none");  // where nothing leads to larger moments it is a label
  CHECK(kept.attempts[1].fault == "magnetic state");
  CHECK(kept.accepted);

  player = {{unconverged(), unconverged(), unconverged(), unconverged(), unconverged(), collapsed}};
  const auto bridged = player.heal(structure, parameters);
  CHECK(player.asked_for[5].degauss_factor == 2);
  CHECK(bridged.attempts.at(5).fault == "magnetic state");
  CHECK(player.asked_for.back().degauss_factor == 2);
  CHECK_FALSE(bridged.accepted);
}

TEST_CASE("without a saved density the next attempt starts cold") {
  Player player{{files("07_nbnd_too_few_smear", End::exited, 2), good()}};
  CHECK(player.heal().accepted);
  CHECK_FALSE(player.asked_for[1].start_from_density);
}

TEST_CASE("charge wrong has no remedy that keeps the level of theory") {
  Player player{{files("08_fixed_odd_electrons", End::exited, 1)}};
  const auto outcome = player.heal();
  CHECK_FALSE(outcome.accepted);
  REQUIRE(outcome.attempts.size() == 1);
  CHECK(outcome.attempts[0].fault == "charge wrong");
}

TEST_CASE("a full disk is waited for once, then the run ends and no structure is blamed") {
  auto full = files("10b_disk_256k_diskio_high", End::exited, 30);
  full.free_bytes = 0;
  Player player{{full}};
  try {
    (void)player.heal();
    FAIL("did not stop");
  } catch (const core::UserError& error) {
    CHECK(error.code() == core::ExitCode::failed);
    CHECK(error.remedy() == "free the disk; the same command goes on");
  }
  REQUIRE(player.waits.size() == 2);
  CHECK(player.waits[0] == 0);
  CHECK(player.waits[1] > 0);
}

TEST_CASE("faults that no structure would escape stop the run with a remedy") {
  for (const char* run : {"05_pp_missing", "13_bad_key", "18_outdir_noperm", "32_no_binary"}) {
    CAPTURE(run);
    const bool started = std::string(run) != "32_no_binary";
    Player player{{files(run, started ? End::exited : End::not_started, 1)}};
    try {
      (void)player.heal();
      FAIL("did not stop");
    } catch (const core::UserError& error) {
      CHECK(error.code() == core::ExitCode::missing_tool);
      CHECK_FALSE(error.remedy().empty());
      CHECK(std::string(error.what()).back() != '.');
    }
  }
}

TEST_CASE("a stop request is no fault of the structure") {
  auto stopped = files("03_sigkill_serial", End::stopped, 15);
  Player player{{stopped}};
  const auto outcome = player.heal();
  CHECK_FALSE(outcome.accepted);
  REQUIRE(outcome.attempts.size() == 1);
  CHECK(outcome.attempts[0].fault == "interrupted");
}

TEST_CASE("a doubtful magnetic state is tried again and the lower energy counts") {
  const auto structure = asked("20_Ni2_uspp_2.0A");
  Parameters parameters;
  parameters.species["Ni"] = {"Ni.UPF", "f3dced881015233e580a368199c8c48a", "pbe", 10, 5.0};
  parameters.spin_polarized = true;
  Player player{{files("20_Ni2_uspp_2.0A", End::exited, 0)}};
  const auto outcome = player.heal(structure, parameters);
  CHECK(outcome.accepted);
  REQUIRE(outcome.attempts.size() == 2);
  CHECK(outcome.attempts[0].fault == "none");  // the first of two equal energies
  CHECK(outcome.attempts[1].fault == "magnetic state");
  CHECK(player.asked_for[1].moment_factor == doctest::Approx(1.5));
  CHECK(outcome.labels.magnetic_moments.size() == 2);

  // An interruption in between leaves no label.
  player = {
      {files("20_Ni2_uspp_2.0A", End::exited, 0), files("20_Ni2_uspp_2.0A", End::stopped, 15)}};
  CHECK_FALSE(player.heal(structure, parameters).accepted);
}

TEST_CASE("structures no run can be made of cost none") {
  Player player{{good()}};
  auto structure = asked("06_overlap_0.40A");
  auto outcome = player.heal(structure, aluminium());
  CHECK_FALSE(outcome.accepted);
  CHECK(outcome.attempts.at(0).fault == "atoms too close");
  structure.positions[0][0] = std::nan("");
  outcome = player.heal(structure, aluminium());
  CHECK(outcome.attempts.at(0).fault == "bad structure");
  structure = asked("00_ok");
  structure.cell.vectors.row(2) = structure.cell.vectors.row(1);
  CHECK(player.heal(structure, aluminium()).attempts.at(0).fault == "bad structure");
  CHECK(player.asked_for.empty());
  structure.numbers[0] = 79;
  CHECK_THROWS_AS((void)player.heal(structure, aluminium()), core::UserError);
}

TEST_CASE(
    "budgets end the healing of a structure: attempts for a fault, in all, seconds of the run") {
  auto parameters = aluminium();
  parameters.attempts_per_fault = 2;
  Player player{{unconverged()}};
  auto outcome = player.heal(asked("00_ok"), parameters);
  CHECK_FALSE(outcome.accepted);
  CHECK(outcome.attempts.size() == 3);
  CHECK(outcome.attempts.back().detail.find("attempts_per_fault") != std::string::npos);

  parameters = aluminium();
  parameters.attempts_per_structure = 4;
  outcome = Player{{unconverged()}}.heal(asked("00_ok"), parameters);
  CHECK(outcome.attempts.size() == 4);

  // Each attempt played back takes a second; only those after the first are paid by the budget.
  player = {{unconverged()}};
  player.lessons.seconds_left = 1.5;
  outcome = player.heal();
  CHECK(outcome.attempts.size() == 3);
  CHECK(outcome.attempts.back().detail.find("healing_seconds") != std::string::npos);
}

TEST_CASE("a remedy that healed before is tried first") {
  Player player{{unconverged(), good()}};
  player.lessons.tallies[{"not converged", "local-TF mixing, beta 0.3, from the density"}] = {1, 1,
                                                                                              5};
  const auto outcome = player.heal();
  CHECK(outcome.accepted);
  CHECK(player.asked_for[1].mixing_mode == "local-TF");
}

TEST_CASE("a start from other moments is named, asked for, and its state recorded") {
  const auto structure = asked("20_Ni2_uspp_2.0A");
  Parameters parameters;
  parameters.species["Ni"] = {"Ni.UPF", "f3dced881015233e580a368199c8c48a", "pbe", 10, 0.6};
  parameters.spin_polarized = true;
  Player player{{files("20_Ni2_uspp_2.0A", End::exited, 0)}};
  player.start = {"high spin", {{28, 2.0}}, false};
  const auto outcome = player.heal(structure, parameters);
  CHECK(outcome.accepted);
  CHECK(outcome.attempts.at(0).remedy == "high spin");
  CHECK(player.asked_for[0].start == player.start);
  CHECK(outcome.absolute_magnetization.value() == doctest::Approx(2.3).epsilon(0.02));
}
