#include "potential/relax.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"

namespace mlip::potential {

namespace {

using Field = Eigen::VectorXd;

constexpr double collapsed = 0.1;  // of the volume: a hole of the model, with ever more neighbours

Field flatten(const std::vector<core::Vec3>& vectors) {
  Field field(3 * static_cast<Eigen::Index>(vectors.size()));
  for (std::size_t i = 0; i < vectors.size(); ++i)
    field.segment<3>(3 * static_cast<Eigen::Index>(i)) = vectors[i];
  return field;
}

/// State of the fast inertial relaxation engine: unit masses, time in arbitrary units.
struct Inertia {
  Field velocity;
  double time_step = 0.1, mixing = 0.1;
  int downhill = 0;

  void turn(const Field& force) {
    if (velocity.dot(force) > 0) {
      velocity = (1 - mixing) * velocity + mixing * velocity.norm() / force.norm() * force;
      if (++downhill > 5) {
        time_step = std::min(time_step * 1.1, 1.0);
        mixing *= 0.99;
      }
    } else {
      velocity.setZero();
      time_step *= 0.5;
      mixing = 0.1;
      downhill = 0;
    }
  }

  Field step(const Field& force, double largest) {
    velocity += time_step * force;
    Field move = time_step * velocity;
    const double reach = move.cwiseAbs().maxCoeff();
    if (reach > largest) move *= largest / reach;
    return move;
  }
};

}  // namespace

Relaxed relax_positions(core::Structure structure, const Calculator& model,
                        const RelaxOptions& options) {
  Relaxed result{std::move(structure), {}, false, 0};
  result.evaluation = model.evaluate(result.structure);
  Inertia inertia{Field::Zero(3 * static_cast<Eigen::Index>(result.structure.size()))};
  for (;; ++result.steps) {
    const Field force = flatten(result.evaluation.forces);
    if (!force.allFinite()) return result;
    result.converged = force.size() == 0 || force.cwiseAbs().maxCoeff() <= options.force_tolerance;
    if (result.converged || result.steps >= options.steps) return result;
    inertia.turn(force);
    const Field move = inertia.step(force, options.largest_step);
    if (!move.allFinite()) return result;
    for (std::size_t i = 0; i < result.structure.size(); ++i)
      result.structure.positions[i] += move.segment<3>(3 * static_cast<Eigen::Index>(i));
    result.evaluation = model.evaluate(result.structure);
  }
}

Relaxed relax_cell(core::Structure structure, const Calculator& model, const RelaxOptions& options,
                   double pressure, double stress_tolerance) {
  MLIP_ASSERT(structure.cell.all_periodic());
  const double least_volume = collapsed * structure.cell.volume();
  Relaxed result{std::move(structure), {}, false, 0};
  result.evaluation = model.evaluate(result.structure);
  const auto atoms = 3 * static_cast<Eigen::Index>(result.structure.size());
  Inertia inertia{Field::Zero(atoms + 9)};
  for (;; ++result.steps) {
    const double volume = result.structure.cell.volume();
    // A strain moves atoms by about the cell's size: so do its coordinates, in Å
    const double size = std::cbrt(volume);
    const core::Mat3 pull =
        (result.evaluation.virial - pressure * volume * core::Mat3::Identity()) / size;
    Field force(atoms + 9);
    force << flatten(result.evaluation.forces), pull.reshaped();
    if (!force.allFinite() || volume < least_volume) return result;
    const double excess = pull.cwiseAbs().maxCoeff() * size / volume;
    result.converged = excess <= stress_tolerance &&
                       force.head(atoms).cwiseAbs().maxCoeff() <= options.force_tolerance;
    if (result.converged || result.steps >= options.steps) return result;
    inertia.turn(force);
    const Field move = inertia.step(force, options.largest_step);
    if (!move.allFinite()) return result;
    result.structure =
        core::strained(result.structure, core::Mat3(move.tail(9).reshaped(3, 3)) / size);
    for (std::size_t i = 0; i < result.structure.size(); ++i)
      result.structure.positions[i] += move.segment<3>(3 * static_cast<Eigen::Index>(i));
    result.evaluation = model.evaluate(result.structure);
  }
}

}  // namespace mlip::potential
