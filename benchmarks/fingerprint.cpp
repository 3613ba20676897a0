/// CPU time of duplicate fingerprints of rattled crystals, one thread; nobody else has these.
#include "store/fingerprint.hpp"

#include <fmt/format.h>

#include <ctime>
#include <vector>

#include "core/seed.hpp"

using namespace mlip;

namespace {

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return double(time.tv_sec) + 1e-9 * double(time.tv_nsec);
}

/// Face-centred cubic of two elements, `repeats` conventional cells, rattled by 0.05 Å.
std::vector<core::Structure> rattled_crystals(std::size_t count,
                                              const std::array<int, 3>& repeats) {
  auto engine = core::random_engine(1, "fingerprints");
  core::Structure cell;
  cell.cell.vectors = 3.6 * core::Mat3::Identity();
  cell.cell.periodic = {true, true, true};
  cell.numbers = {26, 26, 28, 28};
  cell.positions = {{0, 0, 0}, {0, 1.8, 1.8}, {1.8, 0, 1.8}, {1.8, 1.8, 0}};
  std::vector<core::Structure> structures(count, core::repeat(cell, repeats));
  for (auto& structure : structures)
    for (auto& position : structure.positions)
      for (double& x : position) x += 0.05 * core::normal(engine);
  return structures;
}

void measure(std::size_t count, const std::array<int, 3>& repeats) {
  const auto structures = rattled_crystals(count, repeats);
  double sum = 0, best = 1e9;
  for (int round = 0; round < 3; ++round) {
    const double begin = cpu_seconds();
    for (const auto& structure : structures) sum += store::fingerprint(structure).values.back();
    best = std::min(best, cpu_seconds() - begin);
  }
  const std::size_t atoms = structures.front().size();
  fmt::print(
      "{:3} atoms: {:6.2f} us of CPU a structure, {:8.0f} structures a CPU second (sum {:.3f})\n",
      atoms, 1e6 * best / double(count), double(count) / best, sum);
}

}  // namespace

int main() {
  measure(20000, {1, 1, 1});
  measure(10000, {2, 1, 1});
  measure(2000, {2, 2, 2});
}
