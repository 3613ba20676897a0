/// Structures and labels of a known ACE truth.
#pragma once

#include <cmath>

#include "ace/basis.hpp"
#include "ace/evaluator.hpp"
#include "core/element.hpp"
#include "core/seed.hpp"
#include "fit/linear.hpp"

namespace synthetic {

using namespace mlip;
using core::Mat3;
using core::Vec3;

inline const std::vector<std::string> alloy = {"Al", "Ni"};
/// eV of its single atoms, and of elements that are not bound at all.
inline const std::vector<double> isolated = {-3.5, -7.25}, weightless = {0, 0};

inline ace::Potential basis(const std::vector<std::string>& elements) {
  return ace::make_basis(elements, {.nradmax_by_orders = {4, 2, 1},
                                    .lmax_by_orders = {0, 2, 1},
                                    .cutoff = 4.5,
                                    .radial = ace::RadialBasis::sbessel,
                                    .radial_parameters = {5.25}});
}

/// Random coefficients that keep energies of the order of eV.
inline ace::Potential truth(const std::vector<std::string>& elements) {
  ace::Potential potential = basis(elements);
  auto engine = core::random_engine(1, "synthetic truth");
  for (auto& functions : potential.functions)
    for (auto& function : functions)
      for (double& c : function.coefficients)
        c = 0.3 * core::normal(engine) / std::pow(6.0, function.rank());
  return potential;
}

/// Rattled, strained bcc cells of 16 atoms, elements dealt in turn.
inline std::vector<fit::Item> structures(const std::vector<std::string>& elements, int count) {
  auto engine = core::random_engine(4, "synthetic structures");
  std::vector<fit::Item> items;
  for (int k = 0; k < count; ++k) {
    core::Structure cell;
    const double a = 3.0 + 0.3 * core::uniform(engine);
    cell.cell.vectors = a * Mat3::Identity();
    cell.cell.periodic = {true, true, true};
    cell.positions = {Vec3::Zero(), Vec3::Constant(a / 2)};
    cell.numbers = {1, 1};
    fit::Item item;
    item.structure = core::repeat(cell, {2, 2, 2});
    Mat3 strain = Mat3::NullaryExpr([&] { return 0.03 * core::normal(engine); });
    item.structure = core::strained(item.structure, 0.5 * (strain + strain.transpose()));
    for (std::size_t i = 0; i < item.structure.size(); ++i) {
      item.structure.numbers[i] = core::atomic_number(elements[i % elements.size()]).value();
      item.structure.positions[i] += Vec3::NullaryExpr([&] { return 0.15 * core::normal(engine); });
    }
    items.push_back(std::move(item));
  }
  return items;
}

/// Labels of the truth with isolated-atom energies `isolated` (a species) added, and noise on the
/// forces.
inline void label(std::vector<fit::Item>& items, const ace::Potential& truth,
                  const std::vector<double>& alone, double noise = 0) {
  auto engine = core::random_engine(6, "synthetic noise");
  const ace::Evaluator model(truth);
  for (fit::Item& item : items) {
    const potential::Evaluation found = model.evaluate(item.structure);
    item.labels.energy = found.energy;
    for (int number : item.structure.numbers)
      *item.labels.energy += alone[static_cast<std::size_t>(model.species_of(number).value())];
    item.labels.forces = found.forces;
    for (Vec3& force : item.labels.forces)
      force += Vec3::NullaryExpr([&] { return noise * core::normal(engine); });
    item.labels.stress = found.stress(item.structure.cell.volume());
  }
}

inline std::vector<double> coefficients(const ace::Potential& potential) {
  std::vector<double> result;
  for (const auto& functions : potential.functions)
    for (const auto& function : functions) result.push_back(function.coefficients.at(0));
  return result;
}

}  // namespace synthetic
