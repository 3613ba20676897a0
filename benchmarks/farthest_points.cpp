/// CPU seconds of farthest-point sampling and the indices taken.  argv: file of
/// doubles (points one after the other), dimensions, how many to take.
#include "select/farthest_points.hpp"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <vector>

using namespace mlip;

namespace {

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return double(time.tv_sec) + 1e-9 * double(time.tv_nsec);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  std::ifstream in(argv[1], std::ios::binary | std::ios::ate);
  const long bytes = in.tellg(), rows = std::atol(argv[2]);
  Eigen::MatrixXd points(rows, bytes / rows / long(sizeof(double)));
  in.seekg(0);
  in.read(reinterpret_cast<char*>(points.data()), bytes);
  select::FarthestOptions options;
  options.count = std::size_t(std::atol(argv[3]));
  options.first = 0;
  options.threads = 1;
  double best = 1e300;
  std::vector<select::FarthestPick> picks;
  for (int k = 0; k < 5; ++k) {
    const double start = cpu_seconds();
    picks = select::farthest_points(points, options);
    best = std::min(best, cpu_seconds() - start);
  }
  fmt::print("{:.4f}", best);
  for (const auto& pick : picks) fmt::print(" {}", pick.index);
  fmt::print("\n");
}
