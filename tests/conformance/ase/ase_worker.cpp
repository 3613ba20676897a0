#include "ase/ase_worker.hpp"

#include <doctest/doctest.h>
#include <fmt/ranges.h>
#include <stdlib.h>

#include <fstream>
#include <set>
#include <thread>

#include "../calculator_suite.hpp"
#include "core/error.hpp"
#include "core/file.hpp"
#include "core/seed.hpp"
#include "exec/process.hpp"

using namespace mlip;
using namespace mlip::ase;

namespace {

AseOptions emt() {
  AseOptions options;
  options.python = "/usr/bin/python3";
  options.calculator = "ase.calculators.emt:EMT";
  return options;
}

AseOptions odd(const std::string& name) {
  AseOptions options = emt();
  options.calculator = "odd_calculators:" + name;
  options.environment["PYTHONPATH"] = TEST_DATA "/ase";
  return options;
}

/// An fcc alloy of aluminium and copper, rattled and sheared.
core::Structure alloy() {
  core::Structure cell;
  cell.cell.vectors << 3.9, 0, 0, 0, 3.9, 0, 0, 0, 3.9;
  cell.cell.periodic = {true, true, true};
  cell.numbers = {13, 29, 13, 13};
  cell.positions = {{0, 0, 0}, {1.95, 1.95, 0}, {1.95, 0, 1.95}, {0, 1.95, 1.95}};
  core::Structure structure = core::repeat(cell, {2, 2, 1});
  core::Mat3 strain;
  strain << 0.02, 0.01, 0, 0.01, -0.01, 0.005, 0, 0.005, 0.01;
  structure = core::strained(structure, strain);
  auto engine = core::random_engine(1, "rattle");
  for (auto& position : structure.positions)
    for (int axis = 0; axis < 3; ++axis) position[axis] += 0.1 * core::normal(engine);
  return structure;
}

/// What ASE says when it is asked without us: energy, forces, stress, energies.
std::vector<double> asked_directly(const core::Structure& structure) {
  char name[] = "/tmp/mlip_ase_reference_XXXXXX";
  const std::filesystem::path folder = ::mkdtemp(name);
  const auto row = [](const auto& v) {
    return fmt::format("[{:.17g},{:.17g},{:.17g}]", v[0], v[1], v[2]);
  };
  std::vector<std::string> positions, cell;
  for (const auto& position : structure.positions) positions.push_back(row(position));
  for (int axis = 0; axis < 3; ++axis) cell.push_back(row(structure.cell.vectors.row(axis)));
  core::write_atomically(folder / "in",
                         fmt::format("[[{}],[{}],[{}]]", fmt::join(structure.numbers, ","),
                                     fmt::join(positions, ","), fmt::join(cell, ",")));
  exec::Command command;
  command.argv = {"/usr/bin/python3", TEST_DATA "/ase/odd_calculators.py"};
  command.folder = folder;
  command.standard_input = "in";
  command.standard_output = "out";
  command.environment = {{"PYTHONDONTWRITEBYTECODE", "1"}};
  REQUIRE(exec::run(command).code == 0);
  std::ifstream out(folder / "out");
  std::vector<double> values;
  for (double value = 0; out >> value;) values.push_back(value);
  std::filesystem::remove_all(folder);
  return values;
}

core::ExitCode code_of_start(const AseOptions& options, std::string& message) {
  try {
    const AseWorker worker(options);
  } catch (const core::UserError& error) {
    message = error.what();
    CHECK_FALSE(error.remedy().empty());
    return error.code();
  }
  return core::ExitCode::done;
}

}  // namespace

TEST_CASE("energy, forces, stress and energies are those ASE gives when asked directly") {
  const auto structure = alloy();
  const AseWorker worker(emt());
  const auto answer = worker.compute(structure);
  REQUIRE(answer);
  CHECK(answer.value().has_stress);
  const auto& evaluation = answer.value().evaluation;
  const auto expected = asked_directly(structure);
  const std::size_t atoms = structure.size();
  REQUIRE(expected.size() == 1 + 3 * atoms + 6 + atoms);
  CHECK(evaluation.energy == doctest::Approx(expected[0]).epsilon(1e-12));
  double largest_force = 0;
  for (std::size_t i = 0; i < atoms; ++i) {
    CHECK(evaluation.energies[i] == doctest::Approx(expected[7 + 3 * atoms + i]).epsilon(1e-12));
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const double force = evaluation.forces[i][static_cast<long>(axis)];
      CHECK(std::abs(force - expected[1 + 3 * i + axis]) < 1e-12);
      largest_force = std::max(largest_force, std::abs(force));
    }
  }
  CHECK(largest_force > 0.1);
  const core::Mat3 stress = evaluation.stress(structure.cell.volume());
  const int places[6][2] = {{0, 0}, {1, 1}, {2, 2}, {1, 2}, {0, 2}, {0, 1}};
  for (std::size_t k = 0; k < 6; ++k)
    CHECK(std::abs(stress(places[k][0], places[k][1]) - expected[1 + 3 * atoms + k]) < 1e-12);
  CHECK(stress == stress.transpose());
}

TEST_CASE("it keeps what every calculator promises") {
  const AseWorker worker(emt());
  auto structures = conformance::sample_structures(13, 29, 2.7);
  const auto cluster = structures.back();
  structures.pop_back();
  const conformance::Tolerances tolerances;
  for (const auto& structure : structures) {
    CAPTURE(structure.formula());
    conformance::check_sums_and_sizes(worker, structure, tolerances);
    conformance::check_forces(worker, structure, tolerances);
    conformance::check_virial(worker, structure, tolerances);
    conformance::check_invariances(worker, structure, tolerances);
    conformance::check_additivity(worker, structure, tolerances);
    conformance::check_input_untouched(worker, structure);
  }
  conformance::check_forces(worker, cluster, tolerances);
  conformance::check_input_untouched(worker, cluster);
}

TEST_CASE("a cluster has forces and no stress; a calculator without stress says so") {
  core::Structure dimer;
  dimer.numbers = {29, 29};
  dimer.positions = {{0, 0, 0}, {2.4, 0, 0}};
  const auto cluster = AseWorker(emt()).compute(dimer);
  REQUIRE(cluster);
  CHECK_FALSE(cluster.value().has_stress);
  CHECK(cluster.value().evaluation.virial == core::Mat3::Zero());
  CHECK(cluster.value().evaluation.forces[0].x() == -cluster.value().evaluation.forces[1].x());
  CHECK(std::abs(cluster.value().evaluation.forces[0].x()) > 0.01);

  const auto plain = AseWorker(odd("Plain")).compute(alloy());
  REQUIRE(plain);
  CHECK_FALSE(plain.value().has_stress);
  CHECK(plain.value().evaluation.virial == core::Mat3::Zero());
  CHECK(plain.value().evaluation.energies.empty());
  CHECK(plain.value().evaluation.forces[3] == -2 * alloy().positions[3]);
}

TEST_CASE("keyword arguments reach the calculator") {
  auto options = emt();
  options.arguments = R"({"asap_cutoff": true})";
  options.cutoff = 6;
  const AseWorker other(options), worker(emt());
  CHECK(other.cutoff() == 6);
  CHECK(other.evaluate(alloy()).energy != worker.evaluate(alloy()).energy);
}

TEST_CASE("an element the calculator does not know is told, and the worker goes on") {
  const AseWorker worker(emt());
  auto iron = alloy();
  iron.numbers[0] = 26;
  const auto answer = worker.compute(iron);
  REQUIRE_FALSE(answer);
  CHECK(answer.reason().find("Fe") != std::string::npos);
  try {
    (void)worker.evaluate(iron);
    FAIL("iron was computed");
  } catch (const core::UserError& error) {
    CHECK(error.code() == core::ExitCode::failed);
    CHECK(std::string(error.what())
              .starts_with("the calculator 'ase.calculators.emt:EMT' failed on 'Al11Cu4Fe'"));
  }
  CHECK(worker.compute(alloy()));
}

TEST_CASE("what cannot start is told with a remedy") {
  std::string message;
  auto options = emt();
  options.python = "no-such-python";
  CHECK(code_of_start(options, message) == core::ExitCode::missing_tool);
  CHECK(message == "python: 'no-such-python' cannot be started");
  options = emt();
  options.calculator = "no_such_package.model:Calculator";
  CHECK(code_of_start(options, message) == core::ExitCode::missing_tool);
  CHECK(message ==
        "the calculator 'no_such_package.model:Calculator' does not start: ModuleNotFoundError: No "
        "module named 'no_such_package'");
  options.calculator = "ase.calculators.emt:EMTT";
  CHECK(code_of_start(options, message) == core::ExitCode::missing_tool);
  options = emt();
  options.arguments = "{not json";
  CHECK(code_of_start(options, message) == core::ExitCode::missing_tool);
  CHECK(message.find("JSONDecodeError") != std::string::npos);
  options = emt();
  options.python = "/bin/echo";
  CHECK(code_of_start(options, message) == core::ExitCode::missing_tool);
  for (const char* name : {"EMT", ":EMT", "ase.calculators.emt:"}) {
    options = emt();
    options.calculator = name;
    CHECK(code_of_start(options, message) == core::ExitCode::bad_input);
  }
}

TEST_CASE("threads share the workers, each answer is its own") {
  auto options = odd("Numbered");
  options.workers = 3;
  const AseWorker worker(options);
  std::vector<potential::Evaluation> answers(12);
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < 6; ++t)
      threads.emplace_back([&, t] {
        for (std::size_t i = t; i < answers.size(); i += 6) {
          auto structure = alloy();
          structure.positions[0].x() = double(i);
          answers[i] = worker.evaluate(structure);
        }
      });
  }
  std::set<double> processes;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    CHECK(answers[i].forces[0].x() == -2 * double(i));
    processes.insert(answers[i].energy);
  }
  CHECK(processes.size() >= 2);
  CHECK(processes.size() <= 3);
}
