#include "generate/cells.hpp"

#include <doctest/doctest.h>

#include <set>

#include "core/error.hpp"
#include "core/neighbor_list.hpp"
#include "core/seed.hpp"
#include "generate/sqs_problem.hpp"

using namespace mlip;
using generate::Options;

namespace {

generate::Crystal crystal_of(const std::map<std::string, double>& composition) {
  Options options;
  options.composition = composition;
  return generate::choose_crystal(options);
}

}  // namespace

TEST_CASE("supercells are the same crystal in every size") {
  const auto crystal = crystal_of({{"Al", 1.0}});
  const auto cells = generate::supercells(crystal, 8);
  std::set<std::size_t> sizes;
  for (const auto& cell : cells) {
    sizes.insert(cell.size());
    const core::NeighborList list(cell, 3.0);
    for (std::size_t i = 0; i < cell.size(); ++i) CHECK(list.of(i).size() == 12);
  }
  CHECK(sizes == std::set<std::size_t>{2, 3, 4, 5, 6, 7, 8});
  // Of eight atoms the doubled primitive cell is rounder than two cubes in a row.
  CHECK(core::minimum_distance(cells.back()) == doctest::Approx(4.05 / std::sqrt(2.0)));
  CHECK(cells.back().cell.vectors.row(0).norm() == doctest::Approx(2 * 4.05 / std::sqrt(2.0)));
}

TEST_CASE("there is a cell to rattle however few atoms are allowed") {
  CHECK(generate::supercells(crystal_of({{"Al", 1.0}}), 1).front().size() == 2);
  CHECK(generate::supercells(crystal_of({{"Ti", 1.0}}), 1).front().size() == 2);
}

TEST_CASE("cells are repeated towards a cube") {
  const auto repeats_of = [](const char* symbol, int atoms) {
    const auto crystal = crystal_of({{symbol, 1.0}});
    return generate::compact_repeats(generate::perfect_cell(crystal, 8, 0), atoms);
  };
  CHECK(repeats_of("Al", 8) == std::array{2, 1, 1});
  CHECK(repeats_of("Si", 8) == std::array{1, 1, 1});
  CHECK(repeats_of("Fe", 8) == std::array{2, 2, 1});
  CHECK(repeats_of("Fe", 16) == std::array{2, 2, 2});
}

TEST_CASE("slender cells give way to compact ones") {
  const auto sizes = [](const char* symbol) {
    std::vector<std::size_t> atoms;
    for (const auto& cell :
         generate::without_slender(generate::supercells(crystal_of({{symbol, 1.0}}), 8)))
      atoms.push_back(cell.size());
    return atoms;
  };
  CHECK(sizes("Si") == std::vector<std::size_t>{2, 8});
  CHECK(sizes("Al") == std::vector<std::size_t>{4, 8});
}

TEST_CASE("counts of atoms follow the composition and leave none out") {
  const std::map<int, double> half = {{26, 0.5}, {28, 0.5}};
  CHECK(generate::atom_counts(half, 8) == std::map<int, int>{{26, 4}, {28, 4}});
  const std::map<int, double> dilute = {{6, 0.01}, {26, 0.99}};
  CHECK(generate::atom_counts(dilute, 8) == std::map<int, int>{{6, 1}, {26, 7}});
  const std::map<int, double> three = {{24, 0.25}, {26, 0.5}, {28, 0.25}};
  CHECK(generate::atom_counts(three, 8) == std::map<int, int>{{24, 2}, {26, 4}, {28, 2}});
}

TEST_CASE("decorations keep the counts and differ") {
  const auto crystal = crystal_of({{"Fe", 0.9}, {"Cr", 0.1}});
  const auto cell = generate::alloy_cells(crystal, 10).back();
  CHECK(cell.size() == 10);
  auto engine = core::random_engine(1, "decoration");
  std::set<std::vector<int>> seen;
  for (int i = 0; i < 200; ++i) {
    const auto decorated = generate::decorated(cell, crystal.composition, engine);
    REQUIRE(decorated.formula() == "CrFe9");
    seen.insert(decorated.numbers);
  }
  CHECK(seen.size() == 10);
}

TEST_CASE("no random decoration of eight atoms is nearer to a random alloy than the quasirandom") {
  const auto crystal = crystal_of({{"Fe", 0.5}, {"Ni", 0.5}});
  const auto cell = generate::alloy_cells(crystal, 8).back();
  const generate::SqsProblem problem(cell, {{{0, 1, 2, 3, 4, 5, 6, 7}, {{26, 4}, {28, 4}}}}, {});
  const auto objective = [&](const core::Structure& structure) {
    std::vector<int> kinds;
    for (const int number : structure.numbers) kinds.push_back(number == 28);
    return problem.objective(kinds);
  };
  const double least = objective(generate::quasirandom(cell, crystal.composition, 3));
  auto engine = core::random_engine(1, "decoration");
  double sum = 0;
  for (int i = 0; i < 200; ++i) {
    const double other = objective(generate::decorated(cell, crystal.composition, engine));
    CHECK(other >= least - 1e-9);
    sum += other;
  }
  CHECK(sum / 200 > 1.1 * least);
}

TEST_CASE("alloy cells come as near the composition as the atoms allow") {
  for (const auto& cell : generate::alloy_cells(crystal_of({{"Fe", 0.5}, {"Ni", 0.5}}), 8))
    CHECK(cell.size() % 2 == 0);
  for (const auto& cell : generate::alloy_cells(crystal_of({{"Ti", 0.67}, {"Zr", 0.33}}), 7))
    CHECK(cell.size() == 6);
  CHECK_THROWS_AS(generate::alloy_cells(crystal_of({{"Fe", 0.3}, {"Ni", 0.3}, {"Cr", 0.4}}), 2),
                  core::UserError);
}

TEST_CASE("boxed atoms stand in the middle and far from their images") {
  const auto s = generate::boxed({1, 1}, {{5, 5, 5}, {5, 5, 8}}, 7);
  CHECK(s.cell.all_periodic());
  CHECK(s.cell.vectors(0, 0) == 10);
  CHECK((s.positions[0] + s.positions[1]).isApprox(core::Vec3(10, 10, 10)));
  CHECK(core::minimum_distance(s) == doctest::Approx(3));
}
