// Energy and forces of random ACE potentials on rattled face-centred copper.
//   bench_ace_evaluation write FOLDER              potentials of ~300 and ~750 functions,
//   structures bench_ace_evaluation serve FOLDER NAME         a line on stdin: one pass, "seconds
//   energy pairs" bench_ace_evaluation threads|gamma|size FOLDER thread scaling, cost of γ, cost
//   and memory in N
// NAME is small or large.  Seconds are CPU time of one thread without the neighbour list.

#include <fmt/format.h>
#include <omp.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <random>

#include "ace/basis.hpp"
#include "ace/evaluator.hpp"
#include "ace/files.hpp"
#include "fit/active_builder.hpp"
#include "io/extended_xyz.hpp"

using namespace mlip;

namespace {

namespace fs = std::filesystem;

struct Case {
  const char* name;
  std::vector<int> nradmax, lmax;
  double cutoff;  // 78 and 134 neighbours
};
const Case cases[] = {{"small", {14, 5, 3, 2, 1, 1}, {0, 3, 3, 2, 2, 1}, 6.0},
                      {"large", {15, 6, 4, 3, 2, 1}, {0, 4, 3, 2, 1, 1}, 7.0}};

/// Two densities, every coefficient random, as a fit of Pacemaker has.
ace::Potential random_potential(const Case& which) {
  std::mt19937 engine(7);
  std::normal_distribution<double> normal;
  ace::BasisOptions options;
  options.nradmax_by_orders = which.nradmax;
  options.lmax_by_orders = which.lmax;
  options.cutoff = which.cutoff;
  ace::Potential potential = ace::make_basis({"Cu"}, options);
  for (ace::Function& f : potential.functions[0]) {
    const double scale = 0.02 * std::pow(0.2, f.rank() - 1);
    f.coefficients = {scale * normal(engine), scale * normal(engine)};
  }
  for (double& c : potential.bonds[0].coefficients) c += 0.1 * normal(engine);
  potential.embeddings[0].parameters = {1, 1, 1, 0.5};
  return potential;
}

core::Structure crystal(int cells, double a = 3.615, double rattle = 0.05, unsigned seed = 11) {
  std::mt19937 engine(seed);
  std::normal_distribution<double> normal(0, rattle);
  core::Structure unit;
  unit.cell.vectors = a * core::Mat3::Identity();
  unit.cell.periodic = {true, true, true};
  unit.numbers = {29, 29, 29, 29};
  unit.positions = {{0, 0, 0}, {0, a / 2, a / 2}, {a / 2, 0, a / 2}, {a / 2, a / 2, 0}};
  core::Structure structure = core::repeat(unit, {cells, cells, cells});
  for (core::Vec3& position : structure.positions)
    for (double& x : position) x += normal(engine);
  return structure;
}

/// Of crystals dense and wide, quiet and hot.
ace::ActiveSetInverse active_set(const ace::Potential& potential) {
  std::vector<core::Structure> structures;
  for (unsigned i = 0; i < 60; ++i)
    structures.push_back(crystal(3, 3.4 + 0.1 * (i % 5), 0.03 + 0.005 * i, i));
  fit::ActiveSetBuilder builder(potential, {});
  do builder.add(structures);
  while (!builder.end_pass());
  return builder.inverse();
}

double cpu_seconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Makes `best` the time by `clock` of one evaluation, where that is less.
template <class... Arguments>
void improve(double& best, double (*clock)(), const ace::Evaluator& evaluator,
             const Arguments&... arguments) {
  const double start = clock();
  const auto result = evaluator.evaluate(arguments...);
  best = std::min(best, clock() - start);
  if (!std::isfinite(result.energy)) std::abort();
}

double per_atom(double seconds, const core::Structure& structure) {
  return 1e6 * seconds / static_cast<double>(structure.size());
}

void write(const fs::path& folder) {
  fs::create_directories(folder);
  for (const Case& each : cases) {
    const ace::Potential potential = random_potential(each);
    ace::write_yaml(potential, folder / (std::string(each.name) + ".yaml"));
    ace::write_yace(potential, folder / (std::string(each.name) + ".yace"));
    fmt::print("{}: {} functions, cutoff {} Å\n", each.name, potential.function_count(),
               each.cutoff);
  }
  io::Frame frame;
  frame.structure = crystal(5);
  io::write_extended_xyz(folder / "copper.xyz", {frame});
}

void serve(const fs::path& folder, const std::string& name) {
  omp_set_num_threads(1);
  const ace::Evaluator evaluator(ace::read_yace(folder / (name + ".yace")));
  const core::Structure structure = io::read_extended_xyz(folder / "copper.xyz")[0].structure;
  const core::NeighborList list(structure, evaluator.cutoff());
  for (std::string line; std::getline(std::cin, line);) {
    const double start = cpu_seconds();
    const auto result = evaluator.evaluate(structure, list);
    const double seconds = cpu_seconds() - start;
    fmt::print("{} {} {}\n", seconds, result.energy, list.size());
    std::fflush(stdout);
  }
}

void threads(const fs::path& folder) {
  const core::Structure structure = crystal(4);
  for (const Case& each : cases) {
    const ace::Evaluator evaluator(ace::read_yace(folder / (std::string(each.name) + ".yace")));
    const core::NeighborList list(structure, evaluator.cutoff());
    double one = 1e300, two = 1e300;
    for (int i = 0; i < 30; ++i)
      for (int count : {1, 2}) {
        omp_set_num_threads(count);
        for (int pass = 0; pass < 10; ++pass)  // as in dynamics: the second thread is awake
          improve(count == 1 ? one : two, wall_seconds, evaluator, structure, list);
      }
    fmt::print(
        "{}: {} atoms, wall {:.2f} us/atom on one thread, {:.2f} on two: {:.2f} times faster\n",
        each.name, structure.size(), per_atom(one, structure), per_atom(two, structure), one / two);
  }
}

void gamma(const fs::path& folder) {
  omp_set_num_threads(1);
  const core::Structure structure = crystal(5);
  for (const Case& each : cases) {
    const ace::Potential potential = ace::read_yaml(folder / (std::string(each.name) + ".yaml"));
    const ace::Evaluator evaluator(potential, active_set(potential));
    const core::NeighborList list(structure, evaluator.cutoff());
    double without = 1e300, with = 1e300;
    for (int i = 0; i < 10; ++i)
      for (bool wanted : {false, true}) {
        improve(wanted ? with : without, cpu_seconds, evaluator, structure, list,
                potential::Request{.gamma = wanted});
      }
    fmt::print("{}: {:.2f} us/atom, with extrapolation grades {:.2f}: {:+.0f} %\n", each.name,
               per_atom(without, structure), per_atom(with, structure), 100 * (with / without - 1));
  }
}

/// MB this process has had at most.
double peak_memory() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void size(const fs::path& folder) {
  omp_set_num_threads(1);
  const ace::Evaluator evaluator(ace::read_yace(folder / "small.yace"));
  const double before = peak_memory();
  for (int cells : {3, 7, 14, 30, 63}) {
    const core::Structure structure = crystal(cells);
    const double start = cpu_seconds();
    const core::NeighborList list(structure, evaluator.cutoff());
    const double list_seconds = cpu_seconds() - start;
    double seconds = 1e300;
    for (int i = 0; i < (cells < 20 ? 5 : 2); ++i)
      improve(seconds, cpu_seconds, evaluator, structure, list);
    fmt::print("{:8} atoms: {:.2f} us/atom, list {:.2f} us/atom, at most {:.1f} kB/atom\n",
               structure.size(), per_atom(seconds, structure), per_atom(list_seconds, structure),
               1024 * (peak_memory() - before) / static_cast<double>(structure.size()));
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  const fs::path folder = argc > 2 ? argv[2] : "";
  if (what == "write" && argc == 3)
    write(folder);
  else if (what == "serve" && argc == 4)
    serve(folder, argv[3]);
  else if (what == "threads" && argc == 3)
    threads(folder);
  else if (what == "gamma" && argc == 3)
    gamma(folder);
  else if (what == "size" && argc == 3)
    size(folder);
  else
    return 2;
  return 0;
}
