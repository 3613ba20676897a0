#include "generate/superlattices.hpp"

#include <doctest/doctest.h>

#include "core/neighbor_list.hpp"
#include "generate/prototype.hpp"

using namespace mlip;

namespace {

core::Structure cell_of(const char* prototype) {
  return generate::build(generate::primitive_cell(prototype, std::sqrt(8.0 / 3)), 3, {13});
}

std::vector<int> numbers_of_shapes(const core::Structure& crystal) {
  std::vector<int> numbers;
  for (int copies = 1; copies <= 8; ++copies)
    numbers.push_back(static_cast<int>(generate::superlattices(crystal, copies).size()));
  return numbers;
}

}  // namespace

TEST_CASE(
    "as many shapes as are known (doi:10.1103/PhysRevB.77.224115, 10.1103/PhysRevB.80.014120)") {
  CHECK(numbers_of_shapes(cell_of("fcc")) == std::vector<int>{1, 2, 3, 7, 5, 10, 7, 20});
  CHECK(numbers_of_shapes(cell_of("bcc")) == std::vector<int>{1, 2, 3, 7, 5, 10, 7, 20});
  core::Structure cubic;
  cubic.cell = {core::Mat3::Identity() * 3, {true, true, true}};
  cubic.numbers = {13};
  cubic.positions = {{0.3, 0.1, 0}};
  CHECK(numbers_of_shapes(cubic) == std::vector<int>{1, 3, 3, 9, 5, 13, 7, 24});
  CHECK(numbers_of_shapes(cell_of("hcp")) == std::vector<int>{1, 3, 5, 11, 7, 19, 11, 34});
}

TEST_CASE("every supercell is the crystal") {
  for (const char* prototype : {"fcc", "hcp"})
    for (const auto& cell : generate::superlattices(cell_of(prototype), 6)) {
      const core::NeighborList list(cell, prototype == std::string("fcc") ? 2.2 : 3.1);
      for (std::size_t i = 0; i < cell.size(); ++i) REQUIRE(list.of(i).size() == 12);
    }
}
