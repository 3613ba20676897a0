#include "core/structure.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "core/neighbor_list.hpp"

using namespace mlip::core;

namespace {

Structure cesium_chloride() {
  Structure s;
  s.cell.vectors << 4, 0, 0, 1, 4, 0, 0.5, 0.25, 4.5;
  s.cell.periodic = {true, true, true};
  s.numbers = {55, 17};
  s.positions = {{0, 0, 0}, s.to_cartesian({{0.5, 0.5, 0.5}})};
  return s;
}

}  // namespace

TEST_CASE("fractional and Cartesian coordinates are each other's inverse") {
  const Structure s = cesium_chloride();
  CHECK((s.to_cartesian({{1, 0, 0}}) - Vec3(4, 0, 0)).norm() == 0);
  CHECK((s.to_cartesian({{0, 1, 0}}) - Vec3(1, 4, 0)).norm() == 0);
  const Vec3 there(-3.2, 7.7, 0.4);
  CHECK((s.to_cartesian(s.to_fractional(there)) - there).norm() < 1e-13);
}

TEST_CASE("volume is unsigned") {
  Cell cell = cesium_chloride().cell;
  CHECK(cell.volume() == doctest::Approx(4 * 4 * 4.5));
  cell.vectors.row(0).swap(cell.vectors.row(1));
  CHECK(cell.volume() == doctest::Approx(4 * 4 * 4.5));
  CHECK(Cell{}.volume() == 0);
  CHECK_FALSE(cell == cesium_chloride().cell);
}

TEST_CASE("formulas are alphabetical") {
  Structure s;
  s.numbers = {28, 13, 28, 28};
  CHECK(s.formula() == "AlNi3");
  CHECK(Structure{}.formula().empty());
}

TEST_CASE("a repeated crystal is the same crystal") {
  const Structure one = cesium_chloride();
  const Structure many = repeat(one, {2, 3, 1});
  CHECK(many.size() == 12);
  CHECK(many.cell.volume() == doctest::Approx(6 * one.cell.volume()));
  CHECK(many.formula() == "Cl6Cs6");
  CHECK((many.positions[2] - one.cell.vectors.row(1).transpose()).norm() < 1e-14);
  const NeighborList small(one, 7), large(many, 7);
  CHECK(large.size() == 6 * small.size());
  for (std::size_t i = 0; i < many.size(); ++i) CHECK(large.of(i).size() == small.of(i % 2).size());
}

TEST_CASE("strain moves atoms with the cell and keeps fractional coordinates") {
  const Structure s = cesium_chloride();
  Mat3 strain = Mat3::Zero();
  strain(0, 0) = 0.1;
  strain(0, 1) = 0.05;
  const Structure t = strained(s, strain);
  CHECK(t.cell.volume() == doctest::Approx(1.1 * s.cell.volume()));
  // x → x (1 + ε) on row vectors: the first cell vector (4, 0, 0) becomes (4.4, 0.2, 0).
  CHECK((t.cell.vectors.row(0).transpose() - Vec3(4.4, 0.2, 0)).norm() < 1e-14);
  for (std::size_t i = 0; i < s.size(); ++i)
    CHECK((t.to_fractional(t.positions[i]).value - s.to_fractional(s.positions[i]).value).norm() <
          1e-14);
  CHECK(strained(s, Mat3::Zero()).positions == s.positions);
}

TEST_CASE("the smallest distance counts images") {
  CHECK(minimum_distance(cesium_chloride()) == doctest::Approx(Vec3(2.75 - 4, 2.125, 2.25).norm()));
  Structure lone;
  lone.numbers = {2};
  lone.positions = {{5, 5, 5}};
  CHECK(minimum_distance(lone) == std::numeric_limits<double>::infinity());
  CHECK(minimum_distance(Structure{}) == std::numeric_limits<double>::infinity());
  lone.cell.vectors = Mat3::Identity() * 17;
  lone.cell.periodic = {false, true, false};
  CHECK(minimum_distance(lone) == doctest::Approx(17));
  lone.cell.vectors *= 1e-6;
  CHECK(minimum_distance(lone) == doctest::Approx(17e-6));
}

TEST_CASE("the smallest distance of a cluster") {
  Structure s;
  s.numbers = {1, 1, 8};
  s.positions = {{0, 0, 0}, {300, 400, 0}, {0, 0, 501}};
  CHECK(minimum_distance(s) == doctest::Approx(500));
  s.positions[2] = s.positions[1];
  CHECK(minimum_distance(s) == 0);
  s.positions[0] = s.positions[1];
  CHECK(minimum_distance(s) == 0);
}

TEST_CASE("what is not finite or does not match in size is told") {
  const double nan = std::nan("");
  Structure s = cesium_chloride();
  CHECK(is_finite(s));
  s.positions[1][2] = nan;
  CHECK_FALSE(is_finite(s));
  s = cesium_chloride();
  s.cell.vectors(1, 1) = std::numeric_limits<double>::infinity();
  CHECK_FALSE(is_finite(s));
  s = cesium_chloride();
  s.numbers.pop_back();
  CHECK_FALSE(is_finite(s));
}

TEST_CASE("labels are finite or told apart") {
  Labels labels;
  CHECK(is_finite(labels, 2));
  labels.energy = -3;
  labels.forces = {{0, 0, 1}, {0, 0, -1}};
  labels.stress = Mat3::Identity();
  labels.magnetic_moments = {2, 2};
  labels.total_magnetization = 4;
  CHECK(is_finite(labels, 2));
  CHECK_FALSE(is_finite(labels, 3));
  const double nan = std::nan("");
  Labels broken = labels;
  broken.energy = nan;
  CHECK_FALSE(is_finite(broken, 2));
  broken = labels;
  broken.forces[1][0] = nan;
  CHECK_FALSE(is_finite(broken, 2));
  broken = labels;
  (*broken.stress)(0, 1) = nan;
  CHECK_FALSE(is_finite(broken, 2));
  broken = labels;
  broken.magnetic_moments[0] = nan;
  CHECK_FALSE(is_finite(broken, 2));
  broken = labels;
  broken.total_magnetization = nan;
  CHECK_FALSE(is_finite(broken, 2));
}
