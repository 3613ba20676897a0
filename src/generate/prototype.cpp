#include "generate/prototype.hpp"

#include <Eigen/LU>
#include <cmath>

#include "core/error.hpp"

namespace mlip::generate {

namespace {

using core::Mat3;
using core::Vec3;

Mat3 cube() {
  return Mat3::Identity();
}

Mat3 face_centred() {
  Mat3 vectors;
  vectors << 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0;
  return vectors;
}

Mat3 body_centred() {
  Mat3 vectors;
  vectors << -0.5, 0.5, 0.5, 0.5, -0.5, 0.5, 0.5, 0.5, -0.5;
  return vectors;
}

Mat3 hexagonal(double c_over_a) {
  Mat3 vectors;
  vectors << 1, 0, 0, -0.5, std::sqrt(3.0) / 2, 0, 0, 0, c_over_a;
  return vectors;
}

Mat3 stretched_cube(double c_over_a) {
  return Vec3(1, 1, c_over_a).asDiagonal().toDenseMatrix();
}

Mat3 half_square(double c_over_a) {
  Mat3 vectors;
  vectors << 0.5, 0.5, 0, -0.5, 0.5, 0, 0, 0, c_over_a;
  return vectors;
}

const std::vector<Site> face_points = {
    {{0, 0, 0}, 0}, {{0, 0.5, 0.5}, 0}, {{0.5, 0, 0.5}, 0}, {{0.5, 0.5, 0}, 0}};

/// The face-centred points twice: as they are for species 0, moved by `offset` for species 1.
std::vector<Site> two_face_centred(const Vec3& offset) {
  std::vector<Site> sites = face_points;
  for (const Site& site : face_points) {
    Vec3 moved = site.fractional + offset;
    for (double& x : moved) x -= std::floor(x);
    sites.push_back({moved, 1});
  }
  return sites;
}

const std::vector<Site> one_point = {{{0, 0, 0}, 0}};

}  // namespace

const std::vector<std::string>& prototype_names() {
  static const std::vector<std::string> names = {"b2",  "bcc", "diamond", "fcc",
                                                 "hcp", "l10", "l12",     "rocksalt"};
  return names;
}

Arrangement conventional_cell(std::string_view prototype, double c_over_a) {
  if (prototype == "b2") return {cube(), {{{0, 0, 0}, 0}, {{0.5, 0.5, 0.5}, 1}}};
  if (prototype == "bcc") return {cube(), {{{0, 0, 0}, 0}, {{0.5, 0.5, 0.5}, 0}}};
  if (prototype == "diamond") return {cube(), two_face_centred({0.25, 0.25, 0.25})};
  if (prototype == "fcc") return {cube(), face_points};
  if (prototype == "hcp")
    return {hexagonal(c_over_a), {{{1.0 / 3, 2.0 / 3, 0.25}, 0}, {{2.0 / 3, 1.0 / 3, 0.75}, 0}}};
  if (prototype == "l10")
    return {stretched_cube(c_over_a),
            {{{0, 0, 0}, 0}, {{0.5, 0.5, 0}, 0}, {{0.5, 0, 0.5}, 1}, {{0, 0.5, 0.5}, 1}}};
  if (prototype == "l12")
    return {cube(), {{{0.5, 0.5, 0}, 0}, {{0.5, 0, 0.5}, 0}, {{0, 0.5, 0.5}, 0}, {{0, 0, 0}, 1}}};
  MLIP_ASSERT(prototype == "rocksalt");
  return {cube(), two_face_centred({0.5, 0.5, 0.5})};
}

Arrangement primitive_cell(std::string_view prototype, double c_over_a) {
  if (prototype == "bcc") return {body_centred(), one_point};
  if (prototype == "diamond") return {face_centred(), {{{0, 0, 0}, 0}, {{0.25, 0.25, 0.25}, 1}}};
  if (prototype == "fcc") return {face_centred(), one_point};
  if (prototype == "l10") return {half_square(c_over_a), {{{0, 0, 0}, 0}, {{0.5, 0.5, 0.5}, 1}}};
  if (prototype == "rocksalt") return {face_centred(), {{{0, 0, 0}, 0}, {{0.5, 0.5, 0.5}, 1}}};
  return conventional_cell(prototype, c_over_a);
}

int sublattices(std::string_view prototype) {
  return prototype == "fcc" || prototype == "bcc" || prototype == "hcp" ? 1 : 2;
}

std::string parent_lattice(std::string_view prototype) {
  if (prototype == "l10" || prototype == "l12") return "fcc";
  if (prototype == "b2") return "bcc";
  return std::string(prototype);
}

core::Structure build(const Arrangement& arrangement, double lattice_constant,
                      const std::vector<int>& species) {
  core::Structure structure;
  structure.cell.vectors = arrangement.vectors * lattice_constant;
  structure.cell.periodic = {true, true, true};
  for (const Site& site : arrangement.sites) {
    structure.numbers.push_back(species.at(static_cast<std::size_t>(site.sublattice)));
    structure.positions.push_back(structure.to_cartesian({site.fractional}));
  }
  return structure;
}

}  // namespace mlip::generate
