#include "dft/espresso/convergence.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "core/error.hpp"
#include "core/units.hpp"
#include "dft/espresso/measured_settings.hpp"

using namespace mlip;
using namespace mlip::dft::espresso;

namespace {

Parameters silicon_start() {
  Parameters parameters;
  parameters.species["Si"] = {"/pseudo/Si.UPF", "s", "pz", 4, 0};
  parameters.ecutwfc_ry = 20;
  parameters.ecutrho_ry = 80;
  parameters.ecfixed_ry = 16;
  parameters.k_spacing = 0.24;
  return parameters;
}

core::Structure dimer_cell(double edge, std::vector<int> numbers = {14, 14}) {
  core::Structure structure;
  structure.cell.periodic = {true, true, true};
  structure.cell.vectors = core::Mat3::Identity() * edge;
  structure.positions = {{0, 0, 0}, {edge / 2, edge / 2, edge / 2}};
  structure.positions.resize(numbers.size(), core::Vec3(0.3 * edge, 0, 0));
  structure.numbers = std::move(numbers);
  return structure;
}

/// Labels whose errors fall as exp(−ecut/scale) and with the square of the k-spacing; the second
/// structure's energy converges at another pace, a common shift is far larger.
struct Laws {
  double scale = 2, mesh = 0.05, augmentation = 0;
  int calls = 0;

  std::vector<core::Outcome> operator()(const Parameters& p) {
    ++calls;
    std::vector<core::Outcome> outcomes;
    for (int k = 0; k < 2; ++k) {
      core::Outcome outcome;
      outcome.accepted = true;
      const double basis = std::exp(-p.ecutwfc_ry / scale);
      const double density = augmentation * std::exp(-p.ecutrho_ry / p.ecutwfc_ry);
      const double error = 5 * basis + mesh * p.k_spacing * p.k_spacing + density;
      outcome.labels.energy = -200 + 100 * basis + 2 * k * error;
      outcome.labels.forces = {core::Vec3(0.1 + error, 0, 0), core::Vec3::Zero()};
      outcome.labels.stress = core::Mat3::Identity() * 0.001 * error;
      outcomes.push_back(outcome);
    }
    return outcomes;
  }
};

const std::vector<core::Structure> pair = {dimer_cell(5.2), dimer_cell(5.5)};

Convergence found(Laws& laws, const Parameters& start, const Accuracy& wanted = {}) {
  return converge(start, pair, wanted, [&](const Parameters& p) { return laws(p); });
}

}  // namespace

TEST_CASE("deviations: differences of energies, components of forces and stresses") {
  const std::vector<core::Structure> three = {dimer_cell(5.2), dimer_cell(5.5),
                                              dimer_cell(5.4, {14, 6})};
  std::vector<core::Outcome> is(3), should(3);
  for (std::size_t i = 0; i < 3; ++i) {
    is[i].accepted = should[i].accepted = true;
    is[i].labels.energy = -10.0;
    should[i].labels.energy = -10.5;  // 250 meV/atom for all: no difference
    is[i].labels.forces = should[i].labels.forces = {{0, 0, 0}, {0.1, 0, 0}};
    is[i].labels.stress = should[i].labels.stress = core::Mat3::Zero();
  }
  is[1].labels.energy = -10.004;  // 2 meV/atom less than the other of its composition
  is[2].labels.energy = -8.0;     // of another composition, alone
  is[0].labels.forces[1] = {0.1, -0.007, 0.003};
  (*is[2].labels.stress)(1, 2) = 0.3 / core::gpa_per_ev_per_a3;
  const Accuracy off = deviation(three, is, should);
  CHECK(off.energy_mev_per_atom == doctest::Approx(2));
  CHECK(off.force_mev_per_a == doctest::Approx(7));
  CHECK(off.stress_gpa == doctest::Approx(0.3));
}

TEST_CASE("the cheapest good cutoff and mesh are found, whatever the absolute energies") {
  Laws laws;
  const auto result = found(laws, silicon_start());
  REQUIRE(result.series.size() == 2);  // norm-conserving: the density cutoff follows
  // The force is within 10 meV/Å where 5 exp(-E/2) <= 0.01, the energy within 1 meV/atom where
  // 5 exp(-E/2) <= 0.001: from 17.03 Ry on.
  CHECK(result.series[0].quantity == "ecutwfc_ry");
  CHECK(result.series[0].chosen == 18);
  CHECK(result.chosen.ecutrho_ry == 72);
  CHECK(result.chosen.ecfixed_ry == doctest::Approx(0.8 * 18));
  CHECK(result.series[0].trials.back().value == 20);  // two in a row
  CHECK(result.series[0].trials.front().core_seconds < result.series[0].trials.back().core_seconds);
  // 0.05 (s² − 0.12²) <= 0.001 eV/atom: up to 0.185.
  CHECK(result.series[1].quantity == "k_spacing");
  CHECK(result.chosen.k_spacing <= 0.185);
  CHECK(result.chosen.k_spacing > 0.12);
}

TEST_CASE("looser demands need less, and what a demand speaks of decides") {
  Laws tight, loose;
  const Accuracy little{20, 200, 10};
  CHECK(found(loose, silicon_start(), little).chosen.ecutwfc_ry <
        found(tight, silicon_start()).chosen.ecutwfc_ry);
  Laws stress;
  const auto stressed = found(stress, silicon_start(), {1e3, 1e3, 1e-4});
  CHECK(stressed.chosen.ecutwfc_ry > 10);
}

TEST_CASE("a reference that is not converged itself is raised") {
  Laws slow;
  slow.scale = 8;  // 5 exp(-E/8) <= 0.001: 68 Ry, beyond the first reference of 40
  const auto result = found(slow, silicon_start());
  CHECK(result.series[0].reference > 68);
  CHECK(result.chosen.ecutwfc_ry < result.series[0].reference);
  CHECK(5 * std::exp(-result.chosen.ecutwfc_ry / 8) <= 0.00105);
}

TEST_CASE("augmented pseudopotentials need a density cutoff of their own") {
  Laws laws;
  laws.augmentation = 1;  // exp(-dual) <= 0.001: 7
  auto start = silicon_start();
  start.ecutrho_ry = 160;
  const auto result = found(laws, start);
  REQUIRE(result.series.size() == 3);
  CHECK(result.series[1].quantity == "dual");
  CHECK(result.series[1].chosen == 7);
  CHECK(result.chosen.ecutrho_ry == 7 * result.chosen.ecutwfc_ry);
}

TEST_CASE("a failed calculation makes a value unfit, a failed reference ends it") {
  Laws laws;
  const auto failing = [&](double below) {
    return converge(silicon_start(), pair, {}, [&, below](const Parameters& p) {
      auto outcomes = laws(p);
      if (p.ecutwfc_ry < below) {
        outcomes[1].accepted = false;
        outcomes[1].attempts = {{"diagonalization", "", 0, 0, ""}};
      }
      return outcomes;
    });
  };
  const auto result = failing(19);
  CHECK(result.chosen.ecutwfc_ry == 20);
  CHECK(std::isinf(result.series[0].trials[0].deviation.energy_mev_per_atom));
  CHECK_THROWS_WITH_AS((void)failing(1e9), doctest::Contains("diagonalization"), core::UserError);
}

TEST_CASE("what cannot converge is told") {
  Laws hopeless;
  hopeless.scale = 1e4;
  CHECK_THROWS_WITH_AS((void)found(hopeless, silicon_start()), doctest::Contains("no ecutwfc_ry"),
                       core::UserError);
  const std::vector<core::Structure> strangers = {dimer_cell(5.2), dimer_cell(5.4, {14, 6})};
  Laws laws;
  CHECK_THROWS_WITH_AS(
      (void)converge(silicon_start(), strangers, {}, [&](const Parameters& p) { return laws(p); }),
      doctest::Contains("composition"), core::UserError);
  CHECK(laws.calls == 0);
}

TEST_CASE("measured settings are kept by their pseudopotentials") {
  const auto folder =
      std::filesystem::temp_directory_path() / ("measured_settings" + std::to_string(getpid()));
  CHECK_FALSE(find_settings(folder, {"a", "b"}));
  CHECK_FALSE(find_settings({}, {"a", "b"}));
  const MeasuredSettings settings{18,   72,           0.17,         "smearing", "mv",
                                  0.03, {1, 10, 0.1}, "2026-11-22", {"Si2"}};
  const auto file = keep_settings(folder, {"b", "a"}, settings);
  const auto back = find_settings(folder, {"a", "b"});
  REQUIRE(back);
  CHECK(back->ecutwfc_ry == 18);
  CHECK(back->k_spacing == 0.17);
  CHECK(back->wanted.stress_gpa == 0.1);
  CHECK(back->systems == std::vector<std::string>{"Si2"});
  CHECK_FALSE(find_settings(folder, {"a"}));
  std::ofstream(file) << "{\"ecutwfc_ry\": 18";
  CHECK_THROWS_WITH_AS((void)find_settings(folder, {"a", "b"}),
                       doctest::Contains("is no measurement"), core::UserError);
  std::filesystem::remove_all(folder);
}
