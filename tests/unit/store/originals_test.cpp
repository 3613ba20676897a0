#include "store/originals.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "fixtures.hpp"

using namespace mlip;
using namespace mlip::store;
using namespace mlip::store::test;

TEST_CASE("a copy is told by the number of its original, however it is moved or repeated") {
  const Folder folder;
  Originals originals(folder.path);
  core::Structure shifted = rattled(fcc(), 0.1, 2);
  for (auto& position : shifted.positions) position += core::Vec3(0.3, -0.2, 7);
  CHECK_FALSE(originals.original_of(fcc()));
  CHECK_FALSE(originals.original_of(rattled(fcc(), 0.1, 2)));
  CHECK(originals.original_of(shifted) == 1);
  CHECK_FALSE(originals.original_of(fcc(4.05, 28)));
  CHECK(originals.original_of(core::repeat(fcc(), {2, 1, 1})) == 0);
  CHECK_FALSE(originals.original_of(fcc(4.052)));
  CHECK(std::filesystem::is_empty(folder.path));
}

TEST_CASE("of many structures all copies are found and no other is one") {
  const Folder folder;
  Originals originals(folder.path);
  constexpr std::uint64_t count = 1000;
  for (std::uint64_t seed = 0; seed < count; ++seed)
    CHECK_FALSE(originals.original_of(rattled(fcc(), 0.02, seed)));
  for (std::uint64_t seed = 0; seed < count; ++seed) {
    const auto blurred = rattled(rattled(fcc(), 0.02, seed), 1e-5, count + seed);
    CHECK(originals.original_of(blurred) == seed);
  }
}

TEST_CASE("what has no numbers to compare is no copy") {
  const Folder folder;
  Originals originals(folder.path);
  core::Structure broken = fcc(), flat = fcc();
  broken.positions[0][0] = std::numeric_limits<double>::quiet_NaN();
  flat.cell.vectors.row(2).setZero();
  for (int n = 0; n < 2; ++n) {
    CHECK_FALSE(originals.original_of(broken));
    CHECK_FALSE(originals.original_of(flat));
  }
}
