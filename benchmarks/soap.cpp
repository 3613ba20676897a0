/// CPU time of SOAP descriptors, and the structures they are measured on.
///   make FILE                                   writes 1000 rattled cells of 32 atoms FeNi
///   points FILE OUT COUNT                       writes the descriptors of the first COUNT atoms
///   time FILE off|inner|outer CUTOFF SIGMA THREADS  prints microseconds of CPU and of wall an
///                                               atom, the sum of all numbers
#include "soap/soap.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "core/parallel.hpp"
#include "core/seed.hpp"
#include "io/extended_xyz.hpp"

using namespace mlip;

namespace {

double seconds(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return double(time.tv_sec) + 1e-9 * double(time.tv_nsec);
}

/// Face-centred cubic, half of the sites Fe, lattice constants from 3.4 to 3.8 Å, rattled by up to
/// 0.25 Å.
void make(const std::string& file) {
  auto engine = core::random_engine(7, "soap benchmark");
  std::ofstream out(file);
  for (int k = 0; k < 1000; ++k) {
    io::Frame frame;
    core::Structure& cell = frame.structure;
    const double a = 3.4 + 0.4 * core::uniform(engine), rattle = 0.25 * core::uniform(engine);
    cell.cell.vectors = a * core::Mat3::Identity();
    cell.cell.periodic = {true, true, true};
    for (const core::Vec3& s : {core::Vec3(0, 0, 0), core::Vec3(0, .5, .5), core::Vec3(.5, 0, .5),
                                core::Vec3(.5, .5, 0)}) {
      cell.positions.emplace_back(a * s);
      cell.numbers.push_back(28);
    }
    cell = core::repeat(cell, {2, 2, 2});
    for (std::size_t i = cell.size() - 1; i > 0; --i) {  // Fisher-Yates, the first 16 become Fe
      const auto j = std::size_t(core::uniform(engine) * double(i + 1));
      std::swap(cell.positions[i], cell.positions[j]);
    }
    std::fill_n(cell.numbers.begin(), cell.size() / 2, 26);
    for (core::Vec3& position : cell.positions)
      for (double& x : position) x += rattle * core::normal(engine);
    io::write_extended_xyz(out, frame);
  }
}

struct Data {
  std::vector<core::Structure> structures;
  std::size_t atoms = 0;
  soap::Options options;
};

Data read(const std::string& file) {
  Data data;
  std::set<int> species;
  io::for_each_frame(file, [&](io::Frame&& frame) {
    species.insert(frame.structure.numbers.begin(), frame.structure.numbers.end());
    data.atoms += frame.structure.size();
    data.structures.push_back(std::move(frame.structure));
  });
  data.options.species.assign(species.begin(), species.end());
  return data;
}

void write_points(const std::string& file, const std::string& to, std::size_t count) {
  const Data data = read(file);
  const soap::Soap soap(data.options);
  std::ofstream out(to, std::ios::binary);
  for (const auto& structure : data.structures) {
    const Eigen::MatrixXd points = soap.atoms(structure);
    const auto columns = std::min(count, std::size_t(points.cols()));
    out.write(reinterpret_cast<const char*>(points.data()),
              std::streamsize(columns * soap.features() * sizeof(double)));
    count -= columns;
  }
}

/// Sum of all numbers: nothing is optimised away, and the peer can be held to it.
double described(const soap::Soap& soap, const core::Structure& structure,
                 const std::string& what) {
  if (what == "off") return soap.atoms(structure).sum();
  const auto kind = what == "inner" ? soap::Average::inner : soap::Average::outer;
  return soap.average(structure, kind).sum();
}

void measure(const Data& data, const std::string& what, int threads) {
  const soap::Soap soap(data.options);
  double cpu = 1e300, wall = 1e300, total = 0;
  for (int turn = 0; turn < 3; ++turn) {
    std::vector<double> sums(data.structures.size());
    const double cpu_start = seconds(CLOCK_PROCESS_CPUTIME_ID),
                 wall_start = seconds(CLOCK_MONOTONIC);
    core::parallel_for(sums.size(), threads,
                       [&](std::size_t k) { sums[k] = described(soap, data.structures[k], what); });
    cpu = std::min(cpu, seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_start);
    wall = std::min(wall, seconds(CLOCK_MONOTONIC) - wall_start);
    total = 0;
    for (const double sum : sums) total += sum;
  }
  const double per_atom = 1e6 / double(data.atoms);
  fmt::print("{:.3f} {:.3f} {:.12g}\n", per_atom * cpu, per_atom * wall, total);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  if (what == "make" && argc == 3) {
    make(argv[2]);
  } else if (what == "points" && argc == 5) {
    write_points(argv[2], argv[3], std::size_t(std::atol(argv[4])));
  } else if (what == "time" && argc == 7) {
    Data data = read(argv[2]);
    data.options.cutoff = std::atof(argv[4]);
    data.options.sigma = std::atof(argv[5]);
    measure(data, argv[3], std::atoi(argv[6]));
  } else {
    return 2;
  }
}
