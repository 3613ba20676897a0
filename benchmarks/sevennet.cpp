/// CPU time a structure of a SevenNet model on one thread, and how much more threads do in the same
/// time.  argv: model file, extended XYZ file, calls a structure.
#include "surrogate/sevennet.hpp"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "io/extended_xyz.hpp"

using namespace mlip;

namespace {

double seconds(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return double(time.tv_sec) + 1e-9 * double(time.tv_nsec);
}

/// Structures a second of wall time.
double rate(const surrogate::SevenNet& model, const core::Structure& structure, int threads,
            int calls) {
  const double start = seconds(CLOCK_MONOTONIC);
  {
    std::vector<std::jthread> workers;
    for (int w = 0; w < threads; ++w)
      workers.emplace_back([&] {
        for (int k = 0; k < calls; ++k) (void)model.evaluate(structure);
      });
  }
  return threads * calls / (seconds(CLOCK_MONOTONIC) - start);
}

/// Most MB this process ever had.  getrusage would count its parent's too.
double most_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (word == "VmHWM:") {
      double kilobytes = 0;
      status >> kilobytes;
      return kilobytes / 1024;
    }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const surrogate::SevenNet model(argv[1]);
  const int calls = std::atoi(argv[3]);
  for (const auto& frame : io::read_extended_xyz(argv[2])) {
    double best = 1e300, one = 0, two = 0;
    for (int k = 0; k < calls; ++k) {
      const double start = seconds(CLOCK_THREAD_CPUTIME_ID);
      (void)model.evaluate(frame.structure);
      best = std::min(best, seconds(CLOCK_THREAD_CPUTIME_ID) - start);
    }
    for (int k = 0; k < 5; ++k) {
      one = std::max(one, rate(model, frame.structure, 1, calls));
      two = std::max(two, rate(model, frame.structure, 2, calls));
    }
    fmt::print("{} {:.6f} {:.3f} {:.1f}\n", frame.structure.size(), best, two / one, most_memory());
  }
}
