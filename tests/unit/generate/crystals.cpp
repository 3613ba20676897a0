#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <set>

#include "core/element.hpp"
#include "core/error.hpp"
#include "core/seed.hpp"
#include "generate/crystal.hpp"
#include "generate/fitting_prototypes.hpp"
#include "generate/generate.hpp"
#include "generate/random_search.hpp"
#include "generate/space_groups.hpp"
#include "generate/symmetry.hpp"

using namespace mlip;

namespace {

/// Space group of each prototype of a composition.
std::map<std::string, std::string> groups(const std::map<int, double>& composition) {
  std::map<std::string, std::string> found;
  for (const auto& candidate : generate::fitting_prototypes(composition)) {
    const std::string name = candidate.origin.substr(0, candidate.origin.find(' '));
    found[name] = generate::find_symmetry(candidate.structure).space_group;
  }
  return found;
}

}  // namespace

TEST_CASE("prototypes of a composition have the space groups of the textbook") {
  using Groups = std::map<std::string, std::string>;
  CHECK(groups({{13, 1}}) == Groups{{"bcc", "Im-3m"},
                                    {"diamond", "Fd-3m"},
                                    {"fcc", "Fm-3m"},
                                    {"hcp", "P6_3/mmc"},
                                    {"simple_cubic", "Pm-3m"}});
  CHECK(groups({{26, 0.5}, {28, 0.5}}) == Groups{{"cesium_chloride", "Pm-3m"},
                                                 {"l10", "P4/mmm"},
                                                 {"rocksalt", "Fm-3m"},
                                                 {"wurtzite", "P6_3mc"},
                                                 {"zincblende", "F-43m"}});
  CHECK(groups({{13, 0.25}, {28, 0.75}}) ==
        Groups{{"d019", "P6_3/mmc"}, {"d03", "Fm-3m"}, {"l12", "Pm-3m"}});
  CHECK(groups({{9, 2.0 / 3}, {20, 1.0 / 3}}) == Groups{{"fluorite", "Fm-3m"}});
  CHECK(groups({{8, 0.6}, {20, 0.2}, {22, 0.2}}) == Groups{{"perovskite", "Pm-3m"}});
  CHECK(generate::fitting_prototypes({{8, 0.6}, {20, 0.2}, {22, 0.2}}).size() == 2);
  CHECK_THROWS_WITH_AS((void)generate::fitting_prototypes({{26, 0.9}, {28, 0.1}}),
                       doctest::Contains("no prototype"), core::UserError);
}

TEST_CASE("prototypes have the composition, and their atoms room") {
  for (const auto& candidate : generate::fitting_prototypes({{11, 0.5}, {17, 0.5}})) {
    const auto& structure = candidate.structure;
    CHECK(std::ranges::count(structure.numbers, 11) * 2 == std::ssize(structure.numbers));
    CHECK(generate::distances_allowed(structure, 0.899));
    CHECK(candidate.config_type == "prototype");
  }
  for (const auto& candidate : generate::fitting_prototypes({{13, 1}}))
    CHECK(candidate.structure.cell.volume() / static_cast<double>(candidate.structure.size()) >=
          generate::atomic_volume(13) * (1 - 1e-9));
}

TEST_CASE("random crystals hold what is asked for, keep atoms apart and are compact") {
  const generate::RandomCell options{.atoms = {{13, 3}, {28, 5}}};
  const double own = 3 * generate::atomic_volume(13) + 5 * generate::atomic_volume(28);
  std::set<double> volumes;
  for (std::uint64_t item = 0; item < 50; ++item) {
    auto engine = core::random_engine(3, "test", item);
    const auto crystal = generate::random_crystal(options, engine);
    REQUIRE(crystal);
    CHECK(crystal->formula() == "Al3Ni5");
    CHECK(generate::distances_allowed(*crystal, 0.8));
    CHECK(crystal->cell.volume() >= 0.8 * own);
    CHECK(crystal->cell.volume() <= 1.4 * own);
    volumes.insert(crystal->cell.volume());
    auto same = core::random_engine(3, "test", item);
    CHECK(generate::random_crystal(options, same)->positions == crystal->positions);
  }
  CHECK(volumes.size() == 50);
  auto engine = core::random_engine(3, "test");
  const generate::RandomCell crowded{.atoms = {{13, 4}}, .smallest = 0.2, .largest = 0.25};
  CHECK_FALSE(generate::random_crystal(crowded, engine));
}

TEST_CASE("every space group is a group, and leaves a cell made for it as it is") {
  const auto& groups = generate::space_groups();
  REQUIRE(groups.size() == 230);
  CHECK(groups.front().size() == 1);
  CHECK(groups[224].size() == 48);  // Fm-3m, of 192 operations in its conventional cell
  auto engine = core::random_engine(5, "groups");
  for (const auto& group : groups) {
    CHECK(48 % group.size() == 0);
    core::Mat3 vectors = core::Mat3::NullaryExpr([&] { return core::uniform(engine) - 0.5; });
    vectors += 2 * core::Mat3::Identity();
    const core::Mat3 cell = generate::made_symmetric(vectors, group);
    const core::Mat3 metric = cell * cell.transpose();
    CHECK(cell.determinant() == doctest::Approx(vectors.determinant()));
    for (const auto& one : group) {
      CHECK((one.rotation.transpose() * metric * one.rotation - metric).norm() < 1e-9);
      const auto& other = group.back();
      const core::Mat3 product = one.rotation * other.rotation;
      const core::Vec3 shift = one.rotation * other.translation + one.translation;
      const auto found =
          std::ranges::find_if(group, [&](const auto& op) { return op.rotation == product; });
      REQUIRE(found != group.end());
      const core::Vec3 between = found->translation - shift;
      CHECK((between.array() - between.array().round()).matrix().norm() < 1e-6);
    }
  }
}

TEST_CASE("random crystals with symmetry have it, in special places too, and the atoms asked for") {
  generate::RandomCell options{.atoms = {{13, 3}, {28, 5}}};
  for (const int symmetry : {2, 4, 12, 48}) {
    options.symmetry = symmetry;
    std::set<std::string> met;
    int symmetric = 0;
    for (std::uint64_t item = 0; item < 30; ++item) {
      auto engine = core::random_engine(7, "symmetric", item);
      const auto crystal = generate::random_crystal(options, engine);
      REQUIRE(crystal);
      CHECK(crystal->formula() == "Al3Ni5");
      CHECK(generate::distances_allowed(*crystal, 0.8));
      const auto found = generate::find_symmetry(*crystal, 1e-3);
      met.insert(found.space_group);
      symmetric += found.operations.size() > 1 ? 1 : 0;
      if (item > 2) continue;
      auto same = core::random_engine(7, "symmetric", item);
      CHECK(generate::random_crystal(options, same)->positions == crystal->positions);
    }
    CAPTURE(symmetry);
    CHECK(symmetric >= 10);
    CHECK(met.size() >= 4);
  }
}

TEST_CASE("clusters alone are dimers and trimers") {
  generate::Options options;
  options.composition = {{"Fe", 0.5}, {"Ni", 0.5}};
  std::map<std::string, int> counts;
  for (const auto& candidate : generate::clusters(options)) ++counts[candidate.config_type];
  CHECK(counts.size() == 2);
  CHECK(counts.at("dimer") == 30);
  CHECK(counts.at("trimer") > 40);
}
