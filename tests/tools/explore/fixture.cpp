#include "fixture.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <sstream>
#include <stdexcept>

#include "ace/basis.hpp"
#include "core/file.hpp"
#include "core/seed.hpp"

namespace fixture {

namespace fs = std::filesystem;
using namespace mlip;

Folder::Folder(const std::string& name)
    : path_(fs::temp_directory_path() / ("mlip_" + name + "_" + std::to_string(getpid()))) {
  fs::remove_all(path_);
  fs::create_directories(path_);
  setenv("MLIP_LAMMPS", BUILD_DIR "/mlip-lammps", 1);
}

Folder::~Folder() {
  unsetenv("MLIP_LAMMPS");
  fs::remove_all(path_);
}

core::Structure crystal(double a, int n, double amplitude, int seed) {
  core::Structure cell;
  cell.cell.vectors = core::Mat3::Identity() * a;
  cell.cell.periodic = {true, true, true};
  cell.numbers = {28, 13, 13, 13};
  cell.positions = {{0, 0, 0}, {0, a / 2, a / 2}, {a / 2, 0, a / 2}, {a / 2, a / 2, 0}};
  core::Structure structure = core::repeat(cell, {n, n, n});
  auto engine = core::random_engine(static_cast<std::uint64_t>(seed), "crystal");
  for (core::Vec3& position : structure.positions)
    for (int k = 0; k < 3; ++k) position[k] += amplitude * core::normal(engine);
  return structure;
}

core::Structure skewed(bool left_handed) {
  core::Structure structure = crystal(3.9, 2, 0.1);
  core::Mat3 shear;
  shear << 1, 0.1, -0.05, 0.45, 0.95, 0.1, -0.3, 0.35, 1.05;
  structure = core::strained(structure, shear - core::Mat3::Identity());
  if (left_handed) structure.cell.vectors.row(0).swap(structure.cell.vectors.row(1));
  return structure;
}

core::Structure tiny() {
  core::Structure structure;
  structure.cell.vectors << 0, 2.025, 2.025, 2.025, 0, 2.025, 2.025, 2.025, 0;
  structure.cell.periodic = {true, true, true};
  structure.numbers = {13};
  structure.positions = {{0.1, 0.2, 0.3}};
  return structure;
}

namespace {

ace::Potential small_potential() {
  ace::BasisOptions options;
  options.nradmax_by_orders = {4, 2, 2};
  options.lmax_by_orders = {0, 2, 1};
  options.cutoff = 6.0;
  ace::Potential potential = ace::make_basis({"Al", "Ni"}, options);
  auto engine = core::random_engine(11, "coefficients");
  for (auto& functions : potential.functions)
    for (ace::Function& function : functions) {
      const double size = function.rank() == 1 ? 0.02 : 0.002;
      for (double& coefficient : function.coefficients) coefficient = size * core::normal(engine);
    }
  for (ace::Bond& bond : potential.bonds) {
    bond.core_prefactor = 500;
    bond.core_exponent = 1.0;
  }
  return potential;
}

// Each function's largest value in a rattled crystal is 1: γ grows where a projection leaves that
// range.
ace::ActiveSetInverse scales(const ace::Potential& potential) {
  const ace::Evaluator evaluator(potential);
  const core::Structure training = crystal(3.9, 2, 0.12, 5);
  const auto evaluation = evaluator.evaluate(training, {.gamma = false, .descriptors = true});
  ace::ActiveSetInverse inverse;
  for (std::size_t s = 0; s < potential.elements.size(); ++s) {
    const auto count = static_cast<Eigen::Index>(potential.functions[s].size());
    Eigen::VectorXd largest = Eigen::VectorXd::Constant(count, 1e-9);
    for (std::size_t i = 0; i < training.size(); ++i)
      if (evaluator.species_of(training.numbers[i]) == static_cast<int>(s))
        largest = largest.cwiseMax(evaluation.descriptors[i].cwiseAbs());
    inverse[potential.elements[s]] = largest.cwiseInverse().asDiagonal();
  }
  return inverse;
}

}  // namespace

TestPotential write_potential(const fs::path& folder) {
  TestPotential result;
  result.potential = small_potential();
  result.active_set = scales(result.potential);
  result.yaml = folder / "test.yaml";
  result.asi = folder / "test.asi";
  ace::write_yaml(result.potential, result.yaml);
  ace::write_asi(result.active_set, result.asi);
  return result;
}

exec::Completion run_script(const fs::path& folder, const std::string& script, int ranks) {
  core::write_atomically(folder / "in.lammps", script);
  exec::Command command;
  if (ranks > 1)
    command.argv = {"mpirun",
                    "-np",
                    std::to_string(ranks),
                    "--oversubscribe",
                    "--bind-to",
                    "none",
                    "--mca",
                    "mpi_yield_when_idle",
                    "1"};
  for (const char* word : {BUILD_DIR "/mlip-lammps", "-in", "in.lammps", "-log", "none"})
    command.argv.emplace_back(word);
  command.folder = folder;
  command.environment = {{"OMP_NUM_THREADS", "1"},
                         {"OMPI_ALLOW_RUN_AS_ROOT", "1"},
                         {"OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"}};
  command.standard_output = folder / "output.txt";
  command.standard_error = folder / "errors.txt";
  command.time_limit_seconds = 300;
  return exec::run(command);
}

double printed(const fs::path& folder, const std::string& name) {
  std::istringstream lines(core::read_file(folder / "output.txt"));
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(name + " ")) return std::stod(line.substr(name.size()));
  throw std::runtime_error("no '" + name + "' in " + core::read_file(folder / "output.txt"));
}

std::vector<std::vector<double>> dumped(const fs::path& file) {
  std::string text = core::read_file(file);
  const std::size_t last = text.rfind("ITEM: ATOMS");
  std::istringstream lines(text.substr(text.find('\n', last) + 1));
  std::vector<std::vector<double>> rows;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    rows.emplace_back();
    for (std::string word; words >> word;) rows.back().push_back(std::stod(word));
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

}  // namespace fixture
