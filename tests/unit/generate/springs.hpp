/// A toy molecule whose vibrations are known in closed form.
#pragma once

#include <vector>

#include "potential/calculator.hpp"

namespace mlip::test {

/// ½ k (r − rest)² of pairs, and ½ k |x_b − (x_a + x_c)/2|² where c is given.
class Springs final : public potential::Calculator {
 public:
  struct Spring {
    int a, b;
    double stiffness;  ///< eV/Å²
    double rest = 0;   ///< Å
    int c = -1;
  };
  explicit Springs(std::vector<Spring> springs) : springs_(std::move(springs)) {}
  [[nodiscard]] double cutoff() const override { return 10; }
  [[nodiscard]] potential::Evaluation evaluate(const core::Structure& structure,
                                               const potential::Request&) const override {
    potential::Evaluation result;
    result.forces.assign(structure.size(), core::Vec3::Zero());
    const auto at = [&](int i) { return structure.positions[static_cast<std::size_t>(i)]; };
    const auto pull = [&](int i, const core::Vec3& force) {
      result.forces[static_cast<std::size_t>(i)] += force;
    };
    for (const Spring& s : springs_) {
      const core::Vec3 between =
          s.c < 0 ? core::Vec3(at(s.a) - at(s.b)) : core::Vec3((at(s.a) + at(s.c)) / 2 - at(s.b));
      const double excess = between.norm() - s.rest;
      result.energy += s.stiffness * excess * excess / 2;
      if (between.norm() < 1e-12) continue;
      const core::Vec3 force = s.stiffness * excess * between.normalized();
      pull(s.b, force);
      pull(s.a, s.c < 0 ? core::Vec3(-force) : core::Vec3(-force / 2));
      if (s.c >= 0) pull(s.c, -force / 2);
    }
    return result;
  }

 private:
  std::vector<Spring> springs_;
};

}  // namespace mlip::test
