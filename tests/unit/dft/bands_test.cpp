#include "dft/bands.hpp"

#include <doctest/doctest.h>

using mlip::dft::band_count;

TEST_CASE("bands have room for the smearing of every atom") {
  CHECK(band_count({24, 0, 8}, 1) == 20);  // pw.x's own 16 are filled to the last
  CHECK(band_count({12, 0, 4}, 1) == 10);
  CHECK(band_count({80, 0, 8}, 1) == 48);
  CHECK(band_count({12, 0, 4}, 1.5) == 15);
}

TEST_CASE("bands have room for the electrons of the larger spin") {
  // Rattled Fe2Ni2 of 36 electrons ends at 7.0 μ_B and fills its 22nd band.
  CHECK(band_count({36, 5.8, 4}, 1) == 26);
}
