#include "generate/stacking_faults.hpp"

#include <fmt/format.h>

#include <Eigen/Geometry>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.hpp"

namespace mlip::generate {

namespace {

using core::Structure;
using core::Vec3;

/// Slips in all directions that the symmetry of the element's lattice does not tell apart look
/// alike, but for ±: of fcc's partials one ends in the fault, the other with atoms atop of atoms.
Slip easier_way(const Symmetry& symmetry, const Slip& slip) {
  Slip other = slip;
  other.shift = -slip.shift;
  const auto room = [&](const Slip& way) {
    const PlaneCell unit = plane_cell(symmetry, way.plane);
    Structure end = unit.stacked(unit.units_of(10));
    end.cell.vectors.row(2) += unit.turned * (symmetry.conventional.transpose() * way.shift);
    return core::minimum_distance(end);
  };
  return room(other) > room(slip) + 1e-6 ? other : slip;
}

std::string shift_text(const Vec3& shift) {
  return fmt::format("[{:.4g} {:.4g} {:.4g}]", shift[0], shift[1], shift[2]);
}

}  // namespace

std::vector<Slip> usual_slips(const Symmetry& symmetry) {
  const std::string& group = symmetry.space_group;
  if (symmetry.primitive.size() == 1 && group == "Fm-3m")
    return {easier_way(symmetry, {{1, 1, 1}, Vec3(1, 1, -2) / 6})};
  if (symmetry.primitive.size() == 1 && group == "Im-3m")
    return {{{1, -1, 0}, Vec3(1, 1, 1) / 2}, {{1, 1, -2}, Vec3(1, 1, 1) / 2}};
  if (symmetry.primitive.size() == 2 && group == "P6_3/mmc" &&
      symmetry.primitive.numbers[0] == symmetry.primitive.numbers[1])
    return {easier_way(symmetry, {{0, 0, 1}, Vec3(2, 1, 0) / 3}), {{1, 0, 0}, Vec3(0, 1, 0)}};
  return {};
}

std::vector<core::Candidate> make_stacking_faults(const Symmetry& symmetry,
                                                  const StackingFaultOptions& options) {
  const auto slips = options.slip ? std::vector{*options.slip} : usual_slips(symmetry);
  if (slips.empty())
    throw core::UserError(
        core::ExitCode::bad_input,
        fmt::format("{} {} has no usual stacking fault: it is no fcc, bcc or hcp element",
                    symmetry.space_group, symmetry.primitive.formula()),
        "name a plane and a shift in it: --plane 1,1,1 --shift 0.1667,0.1667,-0.3333");
  std::vector<core::Candidate> faults;
  for (const Slip& slip : slips) {
    if (std::abs(slip.plane.cast<double>().dot(slip.shift)) > 1e-3)
      throw core::UserError(core::ExitCode::bad_input,
                            fmt::format("the shift {} leaves the plane {}", shift_text(slip.shift),
                                        miller_text(slip.plane)),
                            "h x + k y + l z of plane and shift must be 0");
    const PlaneCell unit = plane_cell(symmetry, slip.plane).from_widest_gap();
    const Structure crystal = unit.stacked(unit.units_of(options.thickness));
    const Vec3 end = unit.turned * (symmetry.conventional.transpose() * slip.shift);
    for (int step = 0; step <= options.steps; ++step) {
      const double share = double(step) / options.steps;
      core::Candidate fault;
      fault.structure = crystal;
      fault.config_type = "stacking_fault";
      fault.structure.cell.vectors.row(2) += share * end;
      fault.origin = fmt::format("{} of {} shifted by {:.4g} x {}", miller_text(slip.plane),
                                 symmetry.primitive.formula(), share, shift_text(slip.shift));
      faults.push_back(std::move(fault));
    }
  }
  return faults;
}

}  // namespace mlip::generate
