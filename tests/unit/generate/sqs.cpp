#include "generate/sqs.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "core/neighbor_list.hpp"
#include "generate/alike_sites.hpp"
#include "generate/pair_counts.hpp"
#include "generate/prototype.hpp"
#include "generate/sqs_enumeration.hpp"

using namespace mlip;
using generate::Occupation;
using generate::SqsOptions;
using generate::SqsProblem;
using generate::Sublattice;

namespace {

core::Structure lattice_of(const char* prototype, const std::array<int, 3>& n,
                           const std::vector<int>& species = {28}) {
  return core::repeat(generate::build(generate::conventional_cell(prototype, 1), 3.6, species), n);
}

Sublattice all_sites(const core::Structure& lattice, const std::map<int, int>& counts) {
  Sublattice sublattice{{}, counts};
  for (std::size_t i = 0; i < lattice.size(); ++i) sublattice.sites.push_back(int(i));
  return sublattice;
}

/// Warren-Cowley parameter of two elements that share all sites, counted from scratch.
double counted_order(const core::Structure& s, int a, int b, double from, double to) {
  const core::NeighborList list(s, to);
  double pairs = 0, all = 0, of_a = 0, of_b = 0;
  const auto n = static_cast<double>(s.size());
  for (std::size_t i = 0; i < s.size(); ++i) {
    of_a += s.numbers[i] == a;
    of_b += s.numbers[i] == b;
    for (const core::Neighbor& neighbor : list.of(i)) {
      if (neighbor.distance < from) continue;
      ++all;
      pairs += s.numbers[i] == a && s.numbers[std::size_t(neighbor.index)] == b;
    }
  }
  return 1 - pairs / (all * of_a / n * of_b / n);
}

}  // namespace

TEST_CASE("shells of a lattice do not depend on its cell: all images count") {
  for (const auto& cell : {lattice_of("fcc", {1, 1, 1}), lattice_of("fcc", {2, 2, 2}),
                           generate::build(generate::primitive_cell("fcc", 1), 3.6, {28})}) {
    const auto pairs = generate::find_pair_shells(cell, 5);
    for (std::size_t i = 0; i < cell.size(); ++i) {
      std::array<int, 5> images{};
      for (const auto& contact : pairs.contacts[i])
        images[std::size_t(contact.shell)] += contact.images;
      CHECK(images == std::array<int, 5>{12, 6, 24, 12, 24});
    }
    for (int s = 0; s < 5; ++s)
      CHECK(pairs.radii[std::size_t(s)] == doctest::Approx(3.6 * std::sqrt((s + 1) / 2.0)));
  }
}

TEST_CASE("order of an ordered crystal: L1_0") {
  const auto lattice = lattice_of("fcc", {1, 1, 1});
  const SqsProblem problem(lattice, {all_sites(lattice, {{26, 2}, {28, 2}})}, {});
  // Sites of fcc's cube: the two planes along z are apart by z = 0 and z = 1/2
  SqsProblem::Decoration layers;
  for (const auto& position : lattice.positions) layers.push_back(position.z() > 0.1);
  const auto order = problem.order(layers, 0, 1);
  CHECK(order[0] == doctest::Approx(-1.0 / 3));
  CHECK(order[1] == doctest::Approx(1));
  double objective = 0;
  for (int s = 0; s < 5; ++s) objective += std::abs(order[std::size_t(s)]) / (s + 1);
  CHECK(problem.objective(layers) == doctest::Approx(objective));
}

TEST_CASE("triangles: of the eight nearest ones of a site L1_2 makes none of the rare element") {
  const auto lattice = lattice_of("fcc", {1, 1, 1});
  const auto triangles = generate::find_triangles(
      [&] {
        auto sites = lattice;
        sites.numbers.assign(4, 0);
        return sites;
      }(),
      generate::find_pair_shells(lattice, 2), 1);
  int images = 0;
  for (const auto& triangle : triangles) images += triangle.images;
  CHECK(images == 4 * 24 / 3);
  generate::SqsObjective pairs, both;
  both.triplet_shells = 1;
  const std::vector<Sublattice> sublattices = {all_sites(lattice, {{13, 1}, {28, 3}})};
  const SqsProblem with(lattice, sublattices, both), without(lattice, sublattices, pairs);
  const SqsProblem::Decoration ordered = {0, 1, 1, 1};
  // All triangles hold one rare atom or none: as many AAB as ABB, AAA by fractions 3/4 and 1/4
  const double none = 1, rare_once = std::abs(1 - 0.75 / (3 * 0.25 * 0.75 * 0.75)),
               never = std::abs(1 - 0.25 / std::pow(0.75, 3));
  CHECK(with.objective(ordered) - without.objective(ordered) ==
        doctest::Approx((none + 3 * none + 3 * rare_once + never) / 8));
}

TEST_CASE("annealing finds what enumeration proves to be the best") {
  generate::SqsObjective triplets;
  triplets.triplet_shells = 2;
  generate::SqsObjective ordered;
  ordered.order = {{26, 28, {-0.2, 0.3}}};
  const auto fcc = lattice_of("fcc", {2, 2, 1});
  const auto salt = lattice_of("rocksalt", {1, 1, 2}, {12, 8});
  const std::vector<SqsProblem> problems = {
      SqsProblem(fcc, {all_sites(fcc, {{26, 8}, {28, 8}})}, {}),
      SqsProblem(fcc, {all_sites(fcc, {{24, 2}, {26, 4}, {28, 10}})}, {}),
      SqsProblem(fcc, {all_sites(fcc, {{26, 6}, {28, 10}})}, triplets),
      SqsProblem(fcc, {all_sites(fcc, {{26, 8}, {28, 8}})}, ordered),
      SqsProblem(salt,
                 generate::share_sites(salt, {{12, {{12, 0.5}, {26, 0.25}, {0, 0.25}}},
                                              {8, {{8, 0.75}, {16, 0.25}}}}),
                 triplets)};
  for (const SqsProblem& problem : problems) {
    const auto best = generate::enumerate(problem, problem.lower_bound() + 1e-9);
    generate::SqsChain chain;
    chain.swaps = 300'000;
    chain.goal = best.objective;
    const auto found = generate::anneal(problem, chain);
    CHECK(found.objective == doctest::Approx(best.objective));
    CHECK(best.objective >= problem.lower_bound() - 1e-12);
    CHECK(found.objective == doctest::Approx(problem.objective(found.decoration)));
  }
}

TEST_CASE("counts after many swaps are those from scratch, small cells and sublattices too") {
  const auto salt = lattice_of("rocksalt", {2, 1, 1}, {12, 8});
  const SqsProblem problem(salt,
                           generate::share_sites(salt, {{12, {{12, 0.5}, {26, 0.25}, {0, 0.25}}},
                                                        {8, {{8, 0.75}, {16, 0.25}}}}),
                           {});
  auto decoration = problem.first_decoration();
  generate::PairCounts counts(problem, decoration);
  generate::SplitMix random(3);
  generate::AlikeSites alike(problem, 0, decoration, random);
  const float everything = std::numeric_limits<float>::infinity();
  int taken = 0;
  for (int n = 0; n < 400; ++n) {
    const std::size_t a = random.below(decoration.size());
    const auto first = std::size_t(a < 8 ? 0 : 8);
    const std::size_t b = first + random.below(8);
    CHECK((alike.draw(a, std::uint32_t(random())) < 8) == (a < 8));
    if (decoration[a] == decoration[b]) continue;
    const generate::Swap swap{a, b, std::size_t(decoration[a]), std::size_t(decoration[b])};
    const float foretold = counts.cost_after(swap, everything);
    const float limit = counts.cost() + 0.05F;
    CHECK((counts.cost_after(swap, limit) > limit) == (foretold > limit));
    counts.take(swap);
    alike.take(swap);
    std::swap(decoration[a], decoration[b]);
    ++taken;
    CHECK(counts.cost() == doctest::Approx(problem.objective(decoration)).epsilon(1e-5));
    CHECK(foretold == doctest::Approx(counts.cost()).epsilon(1e-4));
  }
  CHECK(taken > 100);
}

TEST_CASE("alike sites have alike neighbours: a swap of two that are apart keeps the shell") {
  const auto lattice = lattice_of("fcc", {4, 4, 4});
  const std::vector<Sublattice> halves = {all_sites(lattice, {{26, 128}, {28, 128}})};
  const SqsProblem problem(lattice, halves, {});
  auto decoration = problem.first_decoration();
  generate::SplitMix random(5);
  for (std::size_t i = decoration.size(); i-- > 1;)
    std::swap(decoration[i], decoration[random.below(i + 1)]);
  const generate::AlikeSites alike(problem, 0, decoration, random);
  const auto of_iron = [&](std::size_t site) {
    int images = 0;
    for (const auto& contact : problem.contacts(int(site)))
      images += contact.shell == 0 && decoration[std::size_t(contact.site)] == 0;
    return images;
  };
  int alike_pairs = 0, others = 0;
  for (int n = 0; n < 500; ++n) {
    const std::size_t a = random.below(256), b = alike.draw(a, std::uint32_t(random()));
    (of_iron(a) == of_iron(b) ? alike_pairs : others) += a != b;
  }
  CHECK(alike_pairs > 100);
  CHECK(others < alike_pairs / 4);
}

TEST_CASE("large cells with sublattices keep what each holds") {
  const auto salt = lattice_of("rocksalt", {3, 3, 3}, {12, 8});
  SqsOptions options;
  options.chains = 1;
  options.swaps = 50'000;
  const auto sublattices =
      generate::share_sites(salt, {{12, {{12, 0.5}, {26, 0.5}}}, {8, {{8, 0.75}, {16, 0.25}}}});
  const auto found = generate::find_sqs(salt, sublattices, options);
  CHECK(found.objective < 0.05);
  for (const auto& sublattice : sublattices)
    for (const auto& [number, count] : sublattice.counts)
      CHECK(std::ranges::count_if(sublattice.sites, [&](int site) {
              return found.structure.numbers[std::size_t(site)] == number;
            }) == count);
}

TEST_CASE("five elements of 500 atoms come near a random alloy in seconds") {
  const auto lattice = lattice_of("fcc", {5, 5, 5});
  SqsOptions options;
  options.chains = 1;
  options.swaps = 300'000;
  const auto found = generate::find_sqs(
      lattice, {all_sites(lattice, {{24, 100}, {25, 100}, {26, 100}, {27, 100}, {28, 100}})},
      options);
  CHECK(found.objective < 0.12);  // a random one: about 1
}

TEST_CASE("iron-nickel of 32 atoms is exactly as random, five elements of 40 nearly, every seed") {
  const auto lattice = lattice_of("fcc", {2, 2, 2});
  SqsOptions options;
  for (options.seed = 0; options.seed < 3; ++options.seed) {
    const auto found =
        generate::find_sqs(lattice, {all_sites(lattice, {{26, 16}, {28, 16}})}, options);
    CHECK(found.objective == doctest::Approx(0));
    CHECK(counted_order(found.structure, 26, 28, 0, 2.6) == doctest::Approx(0));
    CHECK(counted_order(found.structure, 26, 28, 3.0, 3.7) == doctest::Approx(0));
    CHECK(found.structure.formula() == "Fe16Ni16");
  }
  const auto forty =
      core::repeat(generate::build(generate::primitive_cell("fcc", 1), 3.6, {28}), {5, 4, 2});
  options.chains = 4;
  const auto five = generate::find_sqs(
      forty, {all_sites(forty, {{24, 8}, {25, 8}, {26, 8}, {27, 8}, {28, 8}})}, options);
  CHECK(five.objective < 1.3);
  CHECK(five.objective > five.lower_bound);
  for (const auto& pair : five.pairs)
    if (pair.name == "Cr-Ni")
      CHECK(pair.order[0] == doctest::Approx(counted_order(five.structure, 24, 28, 0, 2.6)));
}

TEST_CASE("threads change no bit, seeds do") {
  const auto lattice = lattice_of("fcc", {2, 2, 2});
  SqsOptions options;
  options.chains = 6;
  options.swaps = 20'000;
  const auto found = [&](int threads, std::uint64_t seed) {
    options.threads = threads;
    options.seed = seed;
    return generate::find_sqs(lattice, {all_sites(lattice, {{24, 10}, {26, 11}, {28, 11}})},
                              options)
        .structure.numbers;
  };
  CHECK(found(1, 5) == found(3, 5));
  CHECK(found(1, 5) != found(1, 6));
}

TEST_CASE("of all shapes the best is no worse than any given one") {
  const auto cell = generate::build(generate::primitive_cell("fcc", 1), 3.6, {28});
  const std::vector<Occupation> half = {{{}, {{26, 0.5}, {28, 0.5}}}};
  const auto found = generate::find_sqs_of_size(cell, 8, half, {});
  CHECK(found.structure.formula() == "Fe4Ni4");
  CHECK(found.exhaustive);
  // icet 4.0's best of 8 atoms and any shape has 0.0514
  CHECK(found.objective < 0.0515);
  CHECK(counted_order(found.structure, 26, 28, 0, 2.6) == doctest::Approx(0));
}

TEST_CASE("what cannot be is refused with the sizes that can") {
  const auto lattice = lattice_of("fcc", {2, 2, 2});
  const auto cell = generate::build(generate::primitive_cell("rocksalt", 1), 4.2, {12, 8});
  CHECK_THROWS_WITH_AS((void)generate::share_sites(lattice, {{{}, {{26, 0.3}, {28, 0.7}}}}),
                       "32 sites cannot hold Fe:0.3,Ni:0.7 in whole atoms", core::UserError);
  CHECK_THROWS_WITH_AS((void)generate::share_sites(lattice, {{29, {{26, 0.5}, {28, 0.5}}}}),
                       "the lattice has no sites of Cu", core::UserError);
  CHECK_THROWS_AS((void)generate::share_sites(lattice, {{{}, {{26, 1.0}}}}), core::UserError);
  CHECK_THROWS_AS((void)generate::share_sites(
                      lattice, {{{}, {{26, 0.5}, {28, 0.5}}}, {28, {{26, 0.5}, {28, 0.5}}}}),
                  core::UserError);
  CHECK_THROWS_AS((void)generate::find_sqs_of_size(cell, 7, {{8, {{8, 0.5}, {16, 0.5}}}}, {}),
                  core::UserError);
  SqsOptions options;
  options.objective.order = {{26, 29, {0.1}}};
  const std::vector<Sublattice> half = {all_sites(lattice, {{26, 16}, {28, 16}})};
  CHECK_THROWS_AS((void)generate::find_sqs(lattice, half, options), core::UserError);
  options.objective.order = {{26, 28, {0, 0, 0, 0, 0, 0.1}}};
  CHECK_THROWS_AS((void)generate::find_sqs(lattice, half, options), core::UserError);
  options.objective.order = {};
  options.objective.triplet_shells = 6;
  CHECK_THROWS_AS((void)generate::find_sqs(lattice, half, options), core::UserError);
  options.objective.triplet_shells = 0;
  options.objective.shell_weights = {1, -1};
  CHECK_THROWS_AS((void)generate::find_sqs(lattice, half, options), core::UserError);
  auto cluster = lattice;
  cluster.cell.periodic = {true, true, false};
  CHECK_THROWS_AS((void)generate::find_sqs(cluster, half, {}), core::UserError);
}
