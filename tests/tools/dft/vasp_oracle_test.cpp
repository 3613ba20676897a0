#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "../../unit/dft/vasp_cases.hpp"
#include "core/error.hpp"
#include "core/file.hpp"
#include "dft/ledger.hpp"
#include "dft/vasp/doctor.hpp"
#include "dft/vasp/potcar.hpp"
#include "dft/vasp/vasp.hpp"

using namespace mlip;
using namespace vasp_cases;

namespace {

namespace fs = std::filesystem;

/// A scratch folder and what the stand-in for VASP is to do, a start a line.
struct Stage {
  fs::path path;
  Stage() {
    char name[] = "/tmp/mlip_vasp_XXXXXX";
    path = ::mkdtemp(name);
  }
  ~Stage() { fs::remove_all(path); }
  void play(const std::string& lines) const { std::ofstream(path / "play") << lines; }
  [[nodiscard]] std::string kept(const std::string& file) const {
    return core::read_file(path / "scratch" / file);
  }
  [[nodiscard]] dft::vasp::Parameters parameters() const {
    auto parameters = static_silicon_parameters();
    parameters.command = (vasp_data / "vasp_std").string() + " " + (path / "play").string();
    return parameters;
  }
  [[nodiscard]] dft::vasp::Vasp oracle() const { return {parameters(), path / "scratch"}; }
};

std::vector<std::string> faults_of(const core::Outcome& outcome) {
  std::vector<std::string> faults;
  for (const auto& attempt : outcome.attempts) faults.push_back(attempt.fault);
  return faults;
}

using Faults = std::vector<std::string>;

}  // namespace

TEST_CASE("VASP labels, and leaves input and packed output but no POTCAR") {
  const Stage stage;
  const auto outcome = stage.oracle().label(static_silicon(), "silicon", {});
  REQUIRE(outcome.accepted);
  CHECK(*outcome.labels.energy == -10.61487473);
  CHECK((*outcome.labels.stress)(2, 2) == doctest::Approx(-0.0111579613).epsilon(1e-8));
  CHECK(*outcome.labels.total_magnetization == -0.0004385);
  CHECK(stage.kept("accepted/silicon/attempt_1/INCAR").starts_with("SYSTEM = mlip-"));
  CHECK(fs::file_size(stage.path / "scratch/accepted/silicon/attempt_1/OUTCAR.gz") > 0);
  CHECK_FALSE(fs::exists(stage.path / "scratch/silicon"));
  CHECK_FALSE(fs::exists(stage.path / "scratch/accepted/silicon/attempt_1/POTCAR"));
}

TEST_CASE(
    "a label of VASP is begun again from the moments asked for, and has those it ended with") {
  const Stage stage;
  auto parameters = stage.parameters();
  parameters.species["Si"].starting_moment = 0.1;
  const dft::vasp::Vasp oracle(parameters, stage.path / "scratch");
  stage.play("magnet\nmagnet\n");
  const auto usual = oracle.label(static_silicon(), "silicon", {});
  REQUIRE(usual.accepted);
  CHECK(usual.labels.magnetic_moments == std::vector{0.1, 0.1});
  const dft::Oracle& any = oracle;
  const auto again =
      any.label_from(static_silicon(), {"high spin", {{14, 2}}, false}, "silicon_high", {});
  REQUIRE(again.accepted);
  CHECK(again.labels.magnetic_moments == std::vector{2.0, 2.0});
  CHECK(again.attempts.front().remedy == "high spin");
  CHECK(again.level_of_theory == usual.level_of_theory);
  CHECK(stage.kept("accepted/silicon_high/attempt_1/INCAR").find("MAGMOM = 2*2\n") !=
        std::string::npos);
}

TEST_CASE("every fault of a VASP that can be healed is healed") {
  const Stage stage;
  const auto oracle = stage.oracle();
  const auto heals = [&](const std::string& lines, const Faults& faults) {
    INFO(lines);
    stage.play(lines);
    const auto outcome = oracle.label(static_silicon(), "silicon", {});
    CHECK(outcome.accepted);
    CHECK(faults_of(outcome) == faults);
    CHECK(outcome.level_of_theory == oracle.level_of_theory());
  };
  heals("print LAPACK: Routine ZPOTRF failed!\n", {"Cholesky", "none"});
  heals("print Error EDDDAV: Call to ZHEGV failed.\n", {"diagonalization", "none"});
  heals("print RHOSYG internal error\nprint POSMAP internal error\n",
        {"symmetry", "symmetry", "none"});
  heals("print BRMIX: very serious problems\n", {"charge mixing", "none"});
  heals("print TOO FEW BANDS\n", {"too few bands", "none"});
  heals("replay nelm_reached\nreplay nelm_reached\n", {"not converged", "not converged", "none"});
  heals("killed\n", {"killed", "none"});
  heals("truncated\n", {"incomplete output", "none"});
  heals("stale\n", {"contradiction", "none"});
  heals("replay silicon_shaken\n", {"contradiction", "none"});
}

TEST_CASE("the attempts of a healed structure show what was changed") {
  const Stage stage;
  stage.play("replay nelm_reached\nprint inverse of rotation matrix was not found\n");
  const auto outcome = stage.oracle().label(static_silicon(), "silicon", {});
  REQUIRE(outcome.accepted);
  CHECK(stage.kept("failed/silicon/attempt_1/INCAR").find("ISTART = 0\n") != std::string::npos);
  CHECK(stage.kept("failed/silicon/attempt_1/vasp.out").find("RMM:") != std::string::npos);
  const std::string second = stage.kept("failed/silicon/attempt_2/INCAR");
  CHECK(second.find("ISTART = 1\nICHARG = 0\n") != std::string::npos);
  CHECK_FALSE(fs::exists(stage.path / "scratch/failed/silicon/attempt_1/POTCAR"));
  const std::string third = stage.kept("accepted/silicon/attempt_3/INCAR");
  CHECK(third.find("SYMPREC = 1e-08\n") != std::string::npos);
  CHECK(third.find("ISTART = 0\n") != std::string::npos);
}

TEST_CASE("a structure is given up, the run stopped, where VASP gives no other choice") {
  const Stage stage;
  const auto oracle = stage.oracle();
  stage.play("killed\nkilled\n");
  const auto outcome = oracle.label(static_silicon(), "silicon", {});
  CHECK_FALSE(outcome.accepted);
  CHECK(faults_of(outcome) == Faults{"killed", "killed"});
  stage.play("print Error reading item 'IVDW' from file INCAR.\n");
  CHECK_THROWS_WITH_AS((void)oracle.label(static_silicon(), "silicon", {}),
                       "VASP: input refused: Error reading item 'IVDW' from file INCAR.",
                       core::UserError);
  CHECK(fs::exists(stage.path / "scratch/failed/silicon/attempt_1/INCAR"));
  auto close = static_silicon();
  close.positions[1] = {0.3, 0, 0};
  CHECK(faults_of(oracle.label(close, "close", {})) == Faults{"atoms too close"});
}

TEST_CASE("a VASP that hangs meets its time limit, twice the time on the second try") {
  const Stage stage;
  auto parameters = stage.parameters();
  parameters.time_limit_seconds = 0.3;
  stage.play("hang\n");
  const dft::vasp::Vasp oracle(parameters, stage.path / "scratch");
  const auto outcome = oracle.label(static_silicon(), "silicon", {});
  CHECK(outcome.attempts.front().fault == "time limit");
  CHECK(outcome.attempts.at(1).remedy == "twice the time");
}

TEST_CASE("a batch of VASP is interrupted, and goes on from its ledger") {
  const Stage stage;
  const auto oracle = stage.oracle();
  const auto file = stage.path / "labels.ledger";
  auto other = static_silicon();
  other.positions[0] = {0.3, 0, 0};
  other.positions[1] = {0.3, 0.3, 0};
  const std::vector<core::Structure> structures = {static_silicon(), other};
  {
    dft::Ledger ledger(file, oracle.level_of_theory());
    ledger.add(structures[1], oracle.label(structures[1], "other", {}));
    stage.play("hang\n");
    std::stop_source source;
    const std::jthread stopper([&source] {
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      source.request_stop();
    });
    const auto outcome = oracle.label(structures[0], "silicon", source.get_token());
    CHECK(dft::interrupted(outcome));
    CHECK_FALSE(outcome.accepted);
  }
  const dft::Ledger ledger(file, oracle.level_of_theory());
  CHECK(ledger.find(structures[1]));
  CHECK_FALSE(ledger.find(structures[0]));
  CHECK(oracle.label(structures[0], "silicon", {}).accepted);
}

TEST_CASE("POTCAR that changed under a run stops it") {
  const Stage stage;
  const auto potcar = stage.path / "POTCAR";
  fs::copy_file(vasp_data / "potpaw_PBE/Si/POTCAR", potcar);
  auto parameters = stage.parameters();
  parameters.species["Si"].potcar = potcar.string();
  const dft::vasp::Vasp oracle(parameters, stage.path / "scratch");
  CHECK(oracle.label(static_silicon(), "silicon", {}).accepted);
  std::ofstream(potcar, std::ios::app) << "more\n";
  CHECK_THROWS_AS((void)oracle.label(static_silicon(), "silicon", {}), core::UserError);
}

TEST_CASE("the doctor tells what VASP lacks") {
  const Stage stage;
  auto parameters = stage.parameters();
  auto findings = dft::vasp::check_vasp(parameters);
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].name == "POTCAR Si");
  CHECK(findings[0].works);
  CHECK(findings[1].works);
  parameters.command = "no_such_vasp";
  parameters.species["Si"].potcar = "/nowhere/POTCAR";
  findings = dft::vasp::check_vasp(parameters);
  CHECK_FALSE(findings[0].works);
  CHECK(findings[0].detail == "POTCAR file '/nowhere/POTCAR' of 'Si' does not exist");
  CHECK_FALSE(findings[1].works);
  CHECK_FALSE(findings[1].remedy.empty());
}
