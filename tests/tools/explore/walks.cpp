// Whole walks in real LAMMPS.
#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <fstream>
#include <thread>

#include "core/file.hpp"
#include "explore/molecular_dynamics.hpp"
#include "fixture.hpp"

using namespace mlip;
namespace fs = std::filesystem;

namespace {

explore::Options quick() {
  explore::Options options;
  options.timestep_fs = 1;
  options.steps = 60;
  options.gamma_pick = 1;
  options.gamma_halt = 1e6;
  options.excursion_spacing = 20;
  options.time_limit_seconds = 120;
  return options;
}

struct Run {
  explicit Run(const std::string& name)
      : folder(name), potential(fixture::write_potential(folder.path())) {}
  explore::Trajectory operator()(const core::Structure& start, const explore::Options& options,
                                 std::uint64_t seed = 3) const {
    return explore::run_walk(start, potential.yaml, potential.asi, options, seed, walk(), {});
  }
  [[nodiscard]] fs::path walk() const { return folder.path() / "walk"; }
  fixture::Folder folder;
  fixture::TestPotential potential;
};

// Excursions are in the start's frame exactly if the evaluator finds the γ and the energy that
// LAMMPS found.
void check_excursions(const Run& run, const explore::Trajectory& trajectory) {
  REQUIRE_FALSE(trajectory.excursions.empty());
  const auto evaluator = run.potential.evaluator();
  for (const auto& excursion : trajectory.excursions) {
    const auto expected =
        evaluator.evaluate(excursion.structure, {.gamma = true, .descriptors = false});
    REQUIRE(excursion.gamma.size() == expected.gamma.size());
    double largest = 0;
    for (std::size_t i = 0; i < excursion.gamma.size(); ++i) {
      CHECK(excursion.gamma[i] == doctest::Approx(expected.gamma[i]).epsilon(1e-7));
      largest = std::max(largest, excursion.gamma[i]);
    }
    for (const auto& sample : trajectory.samples) {
      if (sample.step != excursion.step) continue;
      CHECK(sample.gamma_max == doctest::Approx(largest).epsilon(1e-12));
      CHECK(sample.potential_energy == doctest::Approx(expected.energy).epsilon(1e-9));
    }
  }
}

pid_t parent_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  const std::size_t name_end = text.rfind(')');
  return name_end == std::string::npos ? 0 : std::stoi(text.substr(name_end + 4));
}

// A running mlip-lammps that descends from this process.
pid_t find_host() {
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::error_code gone;
    if (fs::read_symlink(entry.path() / "exe", gone).filename() != "mlip-lammps") continue;
    pid_t ancestor = std::stoi(name);
    for (int k = 0; k < 5 && ancestor > 1 && ancestor != getpid(); ++k)
      ancestor = parent_of(ancestor);
    if (ancestor == getpid()) return std::stoi(name);
  }
  return 0;
}

}  // namespace

TEST_CASE("excursions of a fixed cell, on one rank and on two") {
  for (int ranks : {1, 2}) {
    CAPTURE(ranks);
    const Run run("walk_fixed");
    auto options = quick();
    options.mpi_ranks = ranks;
    const core::Structure start = fixture::crystal(3.9, 2, 0.1);
    const auto trajectory = run(start, options);
    CHECK(trajectory.end == "finished");
    CHECK(trajectory.steps_done == 60);
    REQUIRE(trajectory.samples.size() == 7);
    CHECK(trajectory.samples.front().step == 0);
    CHECK(trajectory.samples.back().step == 60);
    CHECK(trajectory.samples.back().time_ps == doctest::Approx(0.06));
    CHECK(trajectory.samples.front().temperature == doctest::Approx(300));
    for (std::size_t k = 1; k < trajectory.excursions.size(); ++k)
      CHECK(trajectory.excursions[k].step - trajectory.excursions[k - 1].step >= 20);
    check_excursions(run, trajectory);
    CHECK(trajectory.excursions[0].structure.cell == start.cell);
    CHECK(trajectory.excursions[0].structure.numbers == start.numbers);
  }
}

TEST_CASE("a skewed cell at constant pressure keeps its orientation") {
  for (bool left_handed : {false, true}) {
    const Run run("walk_skewed");
    auto options = quick();
    options.constant_pressure = true;
    const core::Structure start = fixture::skewed(left_handed);
    const auto trajectory = run(start, options);
    CHECK(trajectory.end == "finished");
    check_excursions(run, trajectory);
    const core::Mat3& cell = trajectory.excursions.back().structure.cell.vectors;
    CHECK((cell - start.cell.vectors).norm() > 1e-4);
    CHECK((cell - start.cell.vectors).norm() < 0.2 * start.cell.vectors.norm());
  }
}

TEST_CASE("a cluster walks in vacuum") {
  const Run run("walk_cluster");
  core::Structure cluster = fixture::crystal(3.9, 2, 0.1);
  cluster.cell = {};
  const auto trajectory = run(cluster, quick());
  CHECK(trajectory.end == "finished");
  check_excursions(run, trajectory);
  CHECK_FALSE(trajectory.excursions.back().structure.cell.any_periodic());
}

TEST_CASE("the same seed gives the same walk, another seed another") {
  const Run run("walk_seed");
  auto options = quick();
  options.steps = 20;
  const core::Structure start = fixture::crystal(3.9, 2, 0.1);
  const double first = run(start, options, 5).samples.back().potential_energy;
  CHECK(run(start, options, 5).samples.back().potential_energy == first);
  CHECK(run(start, options, 6).samples.back().potential_energy != first);
}

TEST_CASE("gamma ends a walk and keeps the frame that did it") {
  const Run run("walk_halt");
  auto options = quick();
  options.steps = 100000;
  options.start_temperature = 500;
  options.end_temperature = 20000;
  const core::Structure start = fixture::crystal(3.9, 2, 0.05);
  const auto calm =
      run.potential.evaluator().evaluate(start, {.gamma = true, .descriptors = false});
  options.gamma_pick = options.gamma_halt =
      2 * *std::max_element(calm.gamma.begin(), calm.gamma.end());
  const auto trajectory = run(start, options);
  CHECK(trajectory.end == "gamma limit");
  CHECK(trajectory.steps_done < 100000);
  REQUIRE(trajectory.excursions.size() == 1);
  CHECK(trajectory.excursions[0].step == trajectory.steps_done);
  check_excursions(run, trajectory);
  options.gamma_halt = 1e-3;
  CHECK(run(start, options).steps_done == 0);
  options.max_excursions = 0;
  CHECK(run(start, options).excursions.empty());
}

TEST_CASE("a walk that explodes is a value") {
  const Run run("walk_explodes");
  auto options = quick();
  options.gamma_halt = 1e300;
  options.max_excursions = 1;
  options.timestep_fs = 200;
  options.start_temperature = options.end_temperature = 1e6;
  const auto trajectory = run(fixture::crystal(3.9, 2, 0.1), options);
  INFO(trajectory.end);
  CHECK(trajectory.end.starts_with("crashed: "));
  CHECK(trajectory.end.size() > 12);
}

TEST_CASE("kill -9 of the running LAMMPS is a crash, with what was found before") {
  for (int ranks : {1, 2}) {
    const Run run("walk_killed");
    auto options = quick();
    options.steps = 10000000;
    options.mpi_ranks = ranks;
    std::jthread killer([&run] {
      for (int k = 0; k < 600; ++k) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        if (!fs::exists(run.walk() / "samples.txt")) continue;
        if (const pid_t host = find_host()) {
          kill(host, SIGKILL);
          return;
        }
      }
    });
    const auto trajectory = run(fixture::crystal(3.9, 2, 0.1), options);
    CHECK(trajectory.end.starts_with("crashed: "));
    if (ranks == 1) CHECK(trajectory.end == "crashed: killed by signal 9");
    CHECK_FALSE(trajectory.samples.empty());
    CHECK(find_host() == 0);
  }
}

TEST_CASE("the time limit ends a walk") {
  const Run run("walk_limit");
  auto options = quick();
  options.steps = 10000000;
  options.time_limit_seconds = 8;
  const auto trajectory = run(fixture::crystal(3.9, 2, 0.1), options);
  CHECK(trajectory.end == "time limit");
  CHECK(trajectory.seconds < 30);
  CHECK_FALSE(trajectory.samples.empty());
}

TEST_CASE("ASE reads an excursion file") {
  const Run run("walk_ase");
  const auto trajectory = run(fixture::skewed(true), quick());
  REQUIRE_FALSE(trajectory.excursions.empty());
  exec::Command command;
  command.argv = {
      "/usr/bin/python3", "-c",
      "from ase.io import read\n"
      "a = read('walk/excursion.0.xyz')\n"
      "print(len(a), a.info['step'], repr(float(a.arrays['gamma'].max())), a.pbc.all())\n"};
  command.folder = run.folder.path();
  command.standard_output = run.folder.path() / "ase.txt";
  REQUIRE(exec::run(command).code == 0);
  std::ifstream said(command.standard_output);
  int atoms = 0, step = -1;
  double gamma = 0;
  std::string periodic;
  said >> atoms >> step >> gamma >> periodic;
  CHECK(atoms == 32);
  CHECK(step == 0);
  CHECK(gamma == trajectory.samples[0].gamma_max);
  CHECK(periodic == "True");
}
