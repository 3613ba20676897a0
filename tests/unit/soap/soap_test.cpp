#include "soap/soap.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <Eigen/Geometry>
#include <algorithm>
#include <array>
#include <fstream>
#include <limits>
#include <map>

#include "core/error.hpp"
#include "core/seed.hpp"
#include "soap/weighting.hpp"

using namespace mlip;
using core::Vec3;
using soap::Average;
using soap::Basis;
using soap::Compression;
using soap::Soap;
using soap::WeightFunction;

namespace {

/// A line of tests/data/soap/reference.txt: what dscribe 2.1.2 says (make_reference.py beside it).
struct Case {
  std::string structure, average;
  soap::Options options;
  Eigen::VectorXd values;
};

struct Reference {
  std::map<std::string, core::Structure> structures;
  std::vector<Case> cases;
};

core::Structure read_structure(std::istream& in) {
  core::Structure structure;
  std::size_t count = 0;
  in >> count;
  for (int i = 0; i < 9; ++i) in >> structure.cell.vectors(i / 3, i % 3);
  for (bool& axis : structure.cell.periodic) in >> axis;
  structure.numbers.resize(count);
  structure.positions.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    in >> structure.numbers[i];
    for (double& x : structure.positions[i]) in >> x;
  }
  return structure;
}

std::vector<int> species_of(const core::Structure& structure) {
  std::vector<int> species = structure.numbers;
  std::ranges::sort(species);
  species.erase(std::ranges::unique(species).begin(), species.end());
  return species;
}

Case read_case(std::istream& in, const Reference& known) {
  static const std::map<std::string, Compression> compressions = {
      {"off", Compression::off},
      {"mu2", Compression::mu2},
      {"mu1nu1", Compression::mu1nu1},
      {"crossover", Compression::crossover}};
  Case result;
  static const std::map<std::string, WeightFunction> functions = {{"none", WeightFunction::none},
                                                                  {"poly", WeightFunction::poly},
                                                                  {"pow", WeightFunction::pow},
                                                                  {"exp", WeightFunction::exp}};
  std::string basis, compression, function;
  double centre = 0;
  Eigen::Index count = 0;
  in >> result.structure >> result.options.cutoff >> result.options.radial >>
      result.options.angular >> result.options.sigma >> basis >> compression >> result.average;
  auto& weighting = result.options.weighting;
  in >> function >> weighting.r0 >> weighting.c >> weighting.d >> weighting.m >> centre >> count;
  weighting.function = functions.at(function);
  if (centre >= 0) weighting.centre = centre;
  result.options.basis = basis == "gto" ? Basis::gto : Basis::polynomial;
  result.options.compression = compressions.at(compression);
  result.options.species = species_of(known.structures.at(result.structure));
  result.values.resize(count);
  for (double& value : result.values) in >> value;
  return result;
}

Reference read_reference() {
  std::ifstream in(TEST_DATA "/soap/reference.txt");
  REQUIRE(in.good());
  Reference reference;
  std::string word, name;
  while (in >> word) {
    if (word == "structure") {
      in >> name;
      reference.structures[name] = read_structure(in);
    } else {
      REQUIRE(word == "case");
      reference.cases.push_back(read_case(in, reference));
    }
  }
  REQUIRE(in.eof());
  return reference;
}

const Reference& reference() {
  static const Reference known = read_reference();
  return known;
}

Eigen::VectorXd described(const Soap& soap, const core::Structure& structure,
                          const std::string& average) {
  if (average == "off") return soap.atoms(structure).col(0);
  return soap.average(structure, average == "inner" ? Average::inner : Average::outer);
}

soap::Options small(const core::Structure& structure) {
  soap::Options options;
  options.species = species_of(structure);
  options.radial = 4;
  options.angular = 3;
  options.cutoff = 4;
  return options;
}

}  // namespace

TEST_CASE("descriptors are those of dscribe") {
  CHECK(reference().cases.size() >= 39);
  for (const Case& each : reference().cases) {
    const Soap soap(each.options);
    const Eigen::VectorXd ours =
        described(soap, reference().structures.at(each.structure), each.average);
    REQUIRE(ours.size() == each.values.size());
    const double error = (ours - each.values).cwiseAbs().maxCoeff() /
                         std::max(1.0, each.values.cwiseAbs().maxCoeff());
    const auto what = fmt::format(
        "{} n {} l {} sigma {} basis {} compression {} {} weighting {}", each.structure,
        each.options.radial, each.options.angular, each.options.sigma, int(each.options.basis),
        int(each.options.compression), each.average, int(each.options.weighting.function));
    CAPTURE(what);
    CHECK(error < 1e-8);
  }
}

TEST_CASE("nothing changes when atoms are moved together, turned, renamed or folded back") {
  auto structure = reference().structures.at("tetragonal");
  const Soap soap(small(structure));
  const Eigen::MatrixXd before = soap.atoms(structure);
  const Eigen::Matrix3d turn =
      Eigen::AngleAxisd(0.7, Vec3(1, 2, -0.5).normalized()).toRotationMatrix();
  auto moved = structure;
  for (Vec3& position : moved.positions) position += Vec3(0.3, -11.7, 0.9);
  moved.positions[1] += 3 * moved.cell.vectors.row(0).transpose();
  for (Vec3& position : moved.positions) position = turn * position;
  moved.cell.vectors = moved.cell.vectors * turn.transpose();
  std::ranges::reverse(moved.positions);
  std::ranges::reverse(moved.numbers);
  CHECK((soap.atoms(moved).rowwise().reverse() - before).norm() < 1e-10 * before.norm());
  for (const Average kind : {Average::inner, Average::outer}) {
    const auto mean = soap.average(structure, kind);
    // The inner average keeps the orientation of no atom: only the whole is turned.
    CHECK((soap.average(moved, kind) - mean).norm() < 1e-10 * mean.norm());
  }
}

TEST_CASE("a supercell of many boxes has the atoms of its cell, on any number of threads") {
  for (const char* name : {"tetragonal", "slab"}) {
    const auto& cell = reference().structures.at(name);
    const Soap soap(small(cell));
    std::array<int, 3> times = {7, 6, 1};
    if (cell.cell.periodic[2]) times[2] = 5;
    const auto big = core::repeat(cell, times);
    const Eigen::MatrixXd one = soap.atoms(cell), many = soap.atoms(big, 2);
    for (Eigen::Index i = 0; i < many.cols(); ++i)
      REQUIRE((many.col(i) - one.col(i % one.cols())).norm() < 1e-10 * one.norm());
    CHECK((many - soap.atoms(big, 1)).norm() == 0);
    for (const Average kind : {Average::inner, Average::outer}) {
      const auto mean = soap.average(big, kind, 1);
      CHECK((mean - soap.average(cell, kind)).norm() < 1e-10 * mean.norm());
      CHECK((mean - soap.average(big, kind, 3)).norm() == 0);
    }
  }
}

TEST_CASE("gradients are the differences of descriptors") {
  for (const char* name : {"tetragonal", "slab", "water"})
    for (const Basis basis : {Basis::gto, Basis::polynomial})
      for (const Compression compression : {Compression::off, Compression::mu1nu1}) {
        auto structure = reference().structures.at(name);
        auto options = small(structure);
        options.basis = basis;
        options.compression = compression;
        options.cutoff = 3;
        // No image is so near to the edge of what is felt that a step takes it across.
        const Soap soap(options);
        const std::size_t moved = 1;
        constexpr double step = 1e-4;
        for (int axis = 0; axis < 3; ++axis) {
          const auto at = [&](double by) {
            auto displaced = structure;
            displaced.positions[moved][axis] += by;
            return soap.atoms(displaced);
          };
          const Eigen::MatrixXd difference =
              (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step);
          Eigen::MatrixXd found = Eigen::MatrixXd::Zero(difference.rows(), difference.cols());
          soap.visit_gradients(structure,
                               [&](std::size_t centre, std::size_t atom, const auto& one) {
                                 if (atom == moved)
                                   found.col(Eigen::Index(centre)) += one.col(axis);
                               });
          CHECK((found - difference).norm() <= 1e-6 * difference.norm() + 1e-12);
          for (const Average kind : {Average::inner, Average::outer}) {
            const auto mean_at = [&](double by) {
              auto displaced = structure;
              displaced.positions[moved][axis] += by;
              return soap.average(displaced, kind);
            };
            const Eigen::VectorXd change =
                (8 * (mean_at(step) - mean_at(-step)) - (mean_at(2 * step) - mean_at(-2 * step))) /
                (12 * step);
            const auto gradients = soap.average_gradients(structure, kind);
            CHECK((gradients[moved].col(axis) - change).norm() <= 1e-6 * change.norm() + 1e-12);
          }
        }
      }
}

TEST_CASE("gradients of weighted descriptors are the differences too") {
  const auto& structure = reference().structures.at("tetragonal");
  for (const auto function : {WeightFunction::poly, WeightFunction::pow, WeightFunction::exp}) {
    auto options = small(structure);
    options.cutoff = 3;
    options.weighting = {function, 2.9, 0.8, 0.6, 2.5, 0.3};
    const Soap soap(options);
    constexpr double step = 1e-4;
    const auto at = [&](double by) {
      auto displaced = structure;
      displaced.positions[1][1] += by;
      return soap.average(displaced, Average::outer);
    };
    const Eigen::VectorXd difference =
        (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step);
    const auto found = soap.average_gradients(structure, Average::outer);
    CAPTURE(int(function));
    CHECK((found[1].col(1) - difference).norm() <= 1e-6 * difference.norm());
    options.weighting = {};
    CHECK((Soap(options).average(structure, Average::outer) - at(0)).norm() > 0.01 * at(0).norm());
  }
}

TEST_CASE("a cutoff that nobody gives is where the weights end") {
  CHECK(soap::natural_cutoff({WeightFunction::poly, 4.5}) == 4.5);
  const soap::Weighting falling{WeightFunction::pow, 1.5, 2, 1, 4};
  const double end = soap::natural_cutoff(falling).value();
  CHECK(soap::weight_at(falling, end).value == doctest::Approx(0.01));
  CHECK_FALSE(soap::natural_cutoff({WeightFunction::pow, 1.5, 0.001, 1, 4}));
  CHECK_FALSE(soap::natural_cutoff({WeightFunction::exp}));
  CHECK_FALSE(soap::natural_cutoff({}));
}

TEST_CASE("who asks for what cannot be is told") {
  auto structure = reference().structures.at("water");
  const Soap soap(small(structure));
  const auto refuses = [](const auto& call, const char* what) {
    try {
      call();
      FAIL("accepted");
    } catch (const core::UserError& error) {
      CAPTURE(error.what());
      CHECK(std::string(error.what()).find(what) != std::string::npos);
    }
  };
  auto broken = structure;
  broken.positions[0][1] = std::numeric_limits<double>::quiet_NaN();
  refuses([&] { (void)soap.atoms(broken); }, "not finite");
  broken = structure;
  broken.numbers[0] = 92;
  refuses([&] { (void)soap.atoms(broken); }, "'U'");
  refuses([&] { (void)soap.average({}, Average::outer); }, "without atoms");
  refuses([&] { (void)soap.average_gradients({}, Average::inner); }, "without atoms");
  const auto refuses_options = [&](auto change, const char* what) {
    auto options = small(structure);
    change(options);
    refuses([&] { const Soap none(options); }, what);
  };
  refuses_options([](auto& o) { o.species.clear(); }, "no element");
  refuses_options([](auto& o) { o.species = {8, 1, 8}; }, "twice");
  refuses_options([](auto& o) { o.species = {104}; }, "104");
  refuses_options([](auto& o) { o.cutoff = 1; }, "too short");
  refuses_options([](auto& o) { o.sigma = 0; }, "too narrow");
  refuses_options([](auto& o) { o.radial = 0; }, "radial");
  refuses_options([](auto& o) { o.angular = 21; }, "largest l");
  refuses_options([](auto& o) { o.weighting.r0 = 0; }, "r0 = 0");
  refuses_options([](auto& o) { o.weighting.c = -1; }, "number -1");
  refuses_options([](auto& o) { o.weighting = {WeightFunction::pow, 1, 1, 0, 2}; }, "infinite");
  refuses_options(
      [](auto& o) {
        o.radial = 20;
        o.basis = Basis::polynomial;
      },
      "told apart");
}
