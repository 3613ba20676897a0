#include "potential/dynamics.hpp"

#include <cmath>
#include <utility>

#include "core/element.hpp"
#include "core/error.hpp"
#include "core/seed.hpp"
#include "core/units.hpp"

namespace mlip::potential {

namespace {

/// eV of one u (Å/fs)².
constexpr double ev_per_u_speed2 = core::fs_per_ang_sqrt_u_per_ev * core::fs_per_ang_sqrt_u_per_ev;

core::Vec3 normal(std::mt19937_64& engine) {
  return core::Vec3::NullaryExpr([&] { return core::normal(engine); });
}

double thermal_speed(double temperature, double mass) {
  return std::sqrt(core::boltzmann_ev_per_kelvin * temperature / mass / ev_per_u_speed2);
}

}  // namespace

Dynamics::Dynamics(const Calculator& model, core::Structure structure, const Options& options)
    : model_(model),
      options_(options),
      structure_(std::move(structure)),
      evaluation_(model.evaluate(structure_)),
      engine_(core::random_engine(options.seed, "velocities")) {
  core::Vec3 momentum = core::Vec3::Zero();
  double total = 0;
  for (const int number : structure_.numbers) {
    masses_.push_back(core::element(number).mass);
    velocity_.push_back(thermal_speed(options.temperature, masses_.back()) * normal(engine_));
    momentum += masses_.back() * velocity_.back();
    total += masses_.back();
  }
  for (core::Vec3& velocity : velocity_) velocity -= momentum / total;
}

void Dynamics::kick(double time_fs) {
  for (std::size_t i = 0; i < velocity_.size(); ++i)
    velocity_[i] += time_fs / (masses_[i] * ev_per_u_speed2) * evaluation_.forces[i];
}

void Dynamics::drift(double time_fs) {
  for (std::size_t i = 0; i < velocity_.size(); ++i)
    structure_.positions[i] += time_fs * velocity_[i];
}

void Dynamics::exchange_heat(double time_fs) {
  if (options_.friction_per_fs <= 0) return;
  const double kept = std::exp(-options_.friction_per_fs * time_fs);
  for (std::size_t i = 0; i < velocity_.size(); ++i)
    velocity_[i] = kept * velocity_[i] + std::sqrt(1 - kept * kept) *
                                             thermal_speed(options_.temperature, masses_[i]) *
                                             normal(engine_);
}

void Dynamics::step() {
  const double dt = options_.timestep_fs;
  long_before_ = std::exchange(before_, now());
  kick(dt / 2);
  drift(dt / 2);
  exchange_heat(dt);
  drift(dt / 2);
  evaluation_ = model_.evaluate(structure_);
  kick(dt / 2);
}

void Dynamics::scale_volume(double change) {
  const double factor = std::exp(change / 3);
  structure_.cell.vectors *= factor;
  for (core::Vec3& position : structure_.positions) position *= factor;
  for (core::Vec3& velocity : velocity_) velocity /= factor;
  evaluation_ = model_.evaluate(structure_);
}

double Dynamics::pressure() const {
  return (2 * kinetic_energy() + evaluation_.virial.trace()) / (3 * structure_.cell.volume());
}

double Dynamics::kinetic_energy() const {
  double sum = 0;
  for (std::size_t i = 0; i < velocity_.size(); ++i) sum += masses_[i] * velocity_[i].squaredNorm();
  return ev_per_u_speed2 / 2 * sum;
}

double Dynamics::total_energy() const {
  return kinetic_energy() + evaluation_.energy;
}

double Dynamics::shadow_energy() const {
  MLIP_ASSERT(!long_before_.forces.empty());
  const double dt = options_.timestep_fs;
  double curvature = 0, squares = 0;  // v V'' v dt², F² dt² / m
  for (std::size_t i = 0; i < velocity_.size(); ++i) {
    curvature -= before_.velocity[i].dot(evaluation_.forces[i] - long_before_.forces[i]) * dt / 2;
    squares += before_.forces[i].squaredNorm() * dt * dt / (masses_[i] * ev_per_u_speed2);
  }
  return before_.energy + curvature / 12 - squares / 24;
}

double Dynamics::temperature() const {
  const auto freedoms = 3 * static_cast<double>(velocity_.size());
  return 2 * kinetic_energy() / (freedoms * core::boltzmann_ev_per_kelvin);
}

}  // namespace mlip::potential
