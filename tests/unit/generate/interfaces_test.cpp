#include "generate/interfaces.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

using namespace mlip;

namespace {

generate::Options crystal_options(const std::map<std::string, double>& composition, int slabs,
                                  int faults) {
  generate::Options options;
  options.composition = composition;
  options.slab_atoms = slabs;
  options.fault_atoms = faults;
  return options;
}

std::map<std::string, int> counted(const std::vector<core::Candidate>& candidates) {
  std::map<std::string, int> counts;
  for (const auto& candidate : candidates) ++counts[candidate.config_type];
  return counts;
}

}  // namespace

TEST_CASE("interfaces are there only where they are asked for") {
  CHECK(generate::interfaces(crystal_options({{"Al", 1}}, 0, 0)).empty());
  CHECK(counted(generate::interfaces(crystal_options({{"Al", 1}}, 64, 0))) ==
        std::map<std::string, int>{{"surface", 3}});  // (100), (110), (111)
  const auto faults = counted(generate::interfaces(crystal_options({{"Al", 1}}, 0, 64)));
  CHECK(faults.at("stacking_fault") == 2);  // half-way, and the intrinsic fault
  CHECK(faults.at("grain_boundary") >= 2);  // Σ3 and Σ5
  CHECK_FALSE(faults.contains("surface"));
}

TEST_CASE("interfaces are no larger than allowed, and a crystal has those it can have") {
  for (const auto& slab : generate::interfaces(crystal_options({{"Al", 1}}, 4, 0)))
    CHECK(slab.structure.size() <= 4);
  CHECK(counted(generate::interfaces(crystal_options({{"Si", 1}}, 0, 64)))
            .contains("grain_boundary"));
  // Titanium is hcp, so no cube: faults, no boundaries.
  const auto hexagonal = counted(generate::interfaces(crystal_options({{"Ti", 1}}, 0, 64)));
  CHECK(hexagonal.contains("stacking_fault"));
  CHECK_FALSE(hexagonal.contains("grain_boundary"));
}

TEST_CASE("an alloy's interfaces hold both elements, and a seed gives one decoration") {
  auto options = crystal_options({{"Cr", 0.3}, {"Ni", 0.7}}, 32, 32);
  options.prototype = "fcc";
  const auto found = generate::interfaces(options);
  REQUIRE(found.size() > 4);
  for (const auto& candidate : found) {
    CAPTURE(candidate.origin);
    CHECK(std::ranges::count(candidate.structure.numbers, 24) > 0);
    CHECK(std::ranges::count(candidate.structure.numbers, 28) > 0);
  }
  CHECK(generate::interfaces(options).front().structure.numbers == found.front().structure.numbers);
}

TEST_CASE("seeds hold every interface as it is and rattled") {
  const auto options = crystal_options({{"Al", 1}}, 64, 64);
  const auto alone = counted(generate::interfaces(options));
  const auto seeds = counted(generate::generate(options));
  for (const auto& [kind, count] : alone) CHECK(seeds.at(kind) == 2 * count);
}
