#include <unistd.h>

#include <algorithm>

#include "ace/basis.hpp"
#include "ace/files.hpp"
#include "core/error.hpp"
#include "core/file.hpp"
#include "oracle.hpp"

using namespace mlip;

namespace {

namespace fs = std::filesystem;

/// A folder of this test, removed at the end.
struct Scratch {
  fs::path path = fs::temp_directory_path() / ("mlip_ace_golden_" + std::to_string(::getpid()));
  Scratch() { fs::create_directories(path); }
  ~Scratch() { fs::remove_all(path); }
};

std::vector<std::string> potentials() {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(oracle::folder))
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().string());
  std::ranges::sort(names);
  return names;
}

core::Structure sample(const ace::Potential& potential) {
  core::Structure result;
  const double positions[4][3] = {{0, 0, 0}, {2.3, 0.2, 0.1}, {0.3, 2.4, -0.2}, {1.1, 1.0, 2.2}};
  for (std::size_t i = 0; i < 4; ++i) {
    result.numbers.push_back(*core::atomic_number(potential.elements[i % potential.species()]));
    result.positions.emplace_back(positions[i][0], positions[i][1], positions[i][2]);
  }
  return result;
}

}  // namespace

TEST_CASE("a potential written and read again is the same, and so is what is written next") {
  const Scratch scratch;
  const fs::path first = scratch.path / "first.yaml", second = scratch.path / "second.yaml";
  REQUIRE(potentials().size() == 20);
  for (const std::string& name : potentials()) {
    CAPTURE(name);
    ace::Potential potential = ace::read_yaml(name);
    potential.metadata["note"] = "a \"quoted\" \\ line\nand another";
    for (double& e : potential.E0) e = -1.0 / 3;
    ace::write_yaml(potential, first);
    const ace::Potential again = ace::read_yaml(first);
    ace::write_yaml(again, second);
    CHECK(core::read_file(first) == core::read_file(second));
    CHECK(again.metadata == potential.metadata);
    CHECK(again.E0 == potential.E0);
    const auto structure = sample(potential);
    CHECK(ace::Evaluator(again).evaluate(structure).energy ==
          ace::Evaluator(potential).evaluate(structure).energy);
  }
}

TEST_CASE(".yaml to .yace keeps energies and forces, E0 included") {
  const Scratch scratch;
  const fs::path file = scratch.path / "out.yace";
  for (const std::string& name : potentials()) {
    CAPTURE(name);
    ace::Potential potential = ace::read_yaml(name);
    for (double& e : potential.E0) e = -2.5;
    ace::write_yace(potential, file);
    const auto structure = sample(potential);
    const auto before = ace::Evaluator(potential).evaluate(structure);
    const auto after = ace::Evaluator(ace::read_yace(file)).evaluate(structure);
    oracle::check_energies(after, before.energies, 1e-12);
    for (std::size_t i = 0; i < structure.size(); ++i)
      CHECK((after.forces[i] - before.forces[i]).norm() <=
            1e-12 * std::max(1.0, before.forces[i].norm()));
  }
}

TEST_CASE("the .yace we write is python-ace's, function by function") {
  const Scratch scratch;
  const fs::path file = scratch.path / "out.yace";
  for (const std::string& name : potentials()) {
    CAPTURE(name);
    if (name.ends_with("mini.yaml")) continue;
    ace::write_yace(ace::read_yaml(name), file);
    const ace::CTildePotential ours = ace::read_yace(file);
    const ace::CTildePotential theirs = ace::read_yace(fs::path(name).replace_extension(".yace"));
    REQUIRE(ours.elements == theirs.elements);
    for (std::size_t mu = 0; mu < ours.functions.size(); ++mu) {
      REQUIRE(ours.functions[mu].size() == theirs.functions[mu].size());
      for (std::size_t f = 0; f < ours.functions[mu].size(); ++f) {
        CHECK(ours.functions[mu][f].mus == theirs.functions[mu][f].mus);
        CHECK(ours.functions[mu][f].ns == theirs.functions[mu][f].ns);
        CHECK(ours.functions[mu][f].ls == theirs.functions[mu][f].ls);
      }
    }
  }
}

TEST_CASE("integers are written as integers, numbers in the shortest form") {
  const Scratch scratch;
  const fs::path file = scratch.path / "out.yace";
  ace::BasisOptions options;
  options.nradmax_by_orders = {2, 1};
  options.lmax_by_orders = {0, 1};
  ace::Potential potential = ace::make_basis({"Cu"}, options);
  for (auto& f : potential.functions[0]) f.coefficients = {0.1};
  ace::write_yace(potential, file);
  const std::string text = core::read_file(file);
  CHECK(text.find("elements: [Cu]\nE0: [0]\ndeltaSplineBins: 0.001\n") == 0);
  CHECK(text.find("{mu0: 0, rank: 1, ndensity: 1, num_ms_combs: 1, mus: [0], ns: [1], ls: [0], "
                  "ms_combs: [0], ctildes: [0.1]}") != std::string::npos);
  CHECK(text.find("[0, 0]: {nradmax: 1, lmax: 1, nradbasemax: 2, radbasename: SBessel, "
                  "radparameters: [5.25], radcoefficients: [[[1, 0], [1, 0]]]") !=
        std::string::npos);
  CHECK(text.find("ms_combs: [0, 0, 1, -1]") != std::string::npos);
  CHECK(text.back() == '\n');
}

TEST_CASE("active sets keep every bit and the bytes do not depend on the machine") {
  const Scratch scratch;
  const fs::path file = scratch.path / "out.asi";
  for (const char* name : {"rank6.asi", "two_dens.asi", "pacemaker_fits/AlNi.asi"}) {
    const ace::ActiveSetInverse set = ace::read_asi(oracle::folder / name);
    ace::write_asi(set, file);
    const ace::ActiveSetInverse again = ace::read_asi(file);
    REQUIRE(again.size() == set.size());
    for (const auto& [element, matrix] : set) CHECK(again.at(element) == matrix);
  }
  Eigen::MatrixXd matrix(2, 2);
  matrix << 1, 2, 3, 4;
  ace::write_asi({{"Cu", matrix}}, file);
  const std::string bytes = core::read_file(file);
  CHECK(bytes.size() == 30 + 6 + 128 + 32 + 46 + 6 + 22);
  CHECK(bytes.find("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }") == 46);
}

TEST_CASE("NumPy's deflated and ZIP64 archives are read") {
  Eigen::MatrixXd expected(2, 2);
  expected << 1, 2, 3, 4;
  for (const char* name : {"deflated.asi", "zip64.asi"})
    CHECK(ace::read_asi(oracle::folder / name).at("Cu") == expected);
}
