#include "io/poscar.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "core/error.hpp"
#include "core/seed.hpp"

using namespace mlip;

namespace {

core::Structure read_one(const std::string& text) {
  std::istringstream in(text);
  return io::read_poscar(in, "POSCAR");
}

std::string poscar_complaint(const std::string& text) {
  try {
    (void)read_one(text);
  } catch (const core::UserError& error) {
    return error.what();
  }
  return "no complaint";
}

const std::string cell = "2 0 0\n0 3 0\n1 0 4\n";

}  // namespace

TEST_CASE("direct coordinates, symbols, flags and trailing words") {
  const auto s = read_one("NiAl\n1.5\n" + cell +
                          "Ni_pv Al/abc\n1 2\nSelective dynamics\nDirect\n"
                          "0 0 0 T T F\n0.5 0.5 0.5 T T T Al\n0 0 0.5 F F F\n\n0 0 0\n");
  CHECK(s.formula() == "Al2Ni");
  CHECK(s.numbers == std::vector<int>{28, 13, 13});
  CHECK(s.cell.all_periodic());
  CHECK(s.cell.volume() == doctest::Approx(24 * 1.5 * 1.5 * 1.5));
  CHECK(s.positions[1].isApprox(core::Vec3(2.25, 2.25, 3)));
}

TEST_CASE("Cartesian coordinates take the scale, per axis too") {
  const auto one = read_one("x\r\n2\r\n" + cell + "Fe\r\n1\r\ncart\r\n1 1 1\r\n");
  CHECK(one.positions[0] == core::Vec3(2, 2, 2));
  const auto three = read_one("x\n1 2 3\n" + cell + "Fe\n1\nKartesisch\n1 1 1");
  CHECK(three.positions[0] == core::Vec3(1, 2, 3));
  CHECK(three.cell.vectors.row(2) == Eigen::RowVector3d(1, 0, 12));
}

TEST_CASE("a negative scale is the volume") {
  const auto s = read_one("x\n-192\n" + cell + "Fe\n1\nC\n1 1 1\n");
  CHECK(s.cell.volume() == doctest::Approx(192));
  CHECK(s.positions[0].isApprox(core::Vec3(2, 2, 2)));
}

TEST_CASE("the old format has its symbols in the title") {
  CHECK(read_one("Ni Al\n1\n" + cell + "1 1\nD\n0 0 0\n0.5 0.5 0.5\n").formula() == "AlNi");
  CHECK(poscar_complaint("my crystal\n1\n" + cell + "1\nD\n0 0 0\n") ==
        "POSCAR:6: unknown element 'my'");
}

TEST_CASE("errors name the line and what was expected") {
  CHECK(poscar_complaint("") == "POSCAR:0: the file ends before the title");
  CHECK(poscar_complaint("x\nbig\n") == "POSCAR:2: expected a scale or three, found 'big'");
  CHECK(poscar_complaint("x\n0\n") == "POSCAR:2: scale '0' is not positive");
  CHECK(poscar_complaint("x\n1 -1 1\n") == "POSCAR:2: scale '1 -1 1' is not positive");
  CHECK(poscar_complaint("x\n1\n1 0\n") == "POSCAR:3: expected a cell vector, found '1 0'");
  CHECK(poscar_complaint("x\n1\n1 0 0\n2 0 0\n0 0 1\n") ==
        "POSCAR:5: the cell vectors do not span a cell");
  CHECK(poscar_complaint("x\n1\n" + cell + "Fe Ni\n1\n") ==
        "POSCAR:7: 2 elements but 1 numbers of atoms");
  CHECK(poscar_complaint("x\n1\n" + cell + "Fe\nmany\n") ==
        "POSCAR:7: 'many' is no number of atoms");
  CHECK(poscar_complaint("x\n1\n" + cell + "Fe\n2\nD\n0 0 0\n") ==
        "POSCAR:9: the file ends before the last position");
  CHECK(poscar_complaint("x\n1\n" + cell + "Fe\n1\nD\n0 nan 0\n") ==
        "POSCAR:9: expected a position, found '0 nan 0'");
}

TEST_CASE("mutilated files are read or refused") {
  const std::string good = "Ni Al\n1.0\n" + cell + "Ni Al\n1 1\nDirect\n0 0 0\n0.5 0.5 0.5\n";
  const std::string spice = " \n-.0e9TNiD\t\xff";
  int refused = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    auto engine = core::random_engine(seed, "mutation");
    std::string text = good;
    for (int n = 0; n < 2; ++n) text[engine() % text.size()] = spice[engine() % spice.size()];
    try {
      const core::Structure s = read_one(text);
      CHECK(core::is_finite(s));
    } catch (const core::UserError&) {
      ++refused;
    }
  }
  CHECK(refused > 100);
  CHECK(refused < 1900);
}
