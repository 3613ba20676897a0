#include "pipeline/system_config.hpp"

#include <doctest/doctest.h>

#include "config/options.hpp"
#include "core/error.hpp"

using namespace mlip;
using pipeline::SystemConfig;

namespace {

SystemConfig good() {
  SystemConfig config;
  config.name = "test";
  config.elements = {"Al"};
  config.generate.composition = {{"Al", 1}};
  config.dft.species["Al"].pseudopotential = "Al.UPF";
  config.dft.ecutwfc_ry = 16;
  config.dft.ecutrho_ry = 64;
  return config;
}

/// What is wrong with the configuration, without file and line.
std::string wrong(void (*change)(SystemConfig&)) {
  SystemConfig config = good();
  change(config);
  try {
    (void)config::read_text<SystemConfig>(config::dump(config), "");
  } catch (const core::UserError& error) {
    const std::string text = error.what();
    return text.substr(text.find(' ') + 1);
  }
  return "";
}

}  // namespace

TEST_CASE("budgets of healing and the sample of the noise") {
  CHECK(wrong([](SystemConfig& c) { c.dft.attempts_per_fault = -1; }) ==
        "dft.attempts_per_fault: must not be negative, got -1");
  CHECK(wrong([](SystemConfig& c) {
          c.dft.attempts_per_structure = 0;
        }).find("dft.attempts_per_structure") == 0);
  CHECK(wrong([](SystemConfig& c) { c.dft.healing_seconds = -2; }) ==
        "dft.healing_seconds: must not be negative, got -2");
  CHECK(wrong([](SystemConfig& c) { c.loop.noise_labels = -3; }) ==
        "loop.noise_labels: must not be negative, got -3");
}

TEST_CASE("a configuration that holds") {
  CHECK(wrong([](SystemConfig&) {}) == "");
}

TEST_CASE("what no run can be made with") {
  CHECK(wrong([](SystemConfig& c) {
          c.elements = {"Al", "Ni"};
        }).find("composition: gives no fraction of 'Ni'") != std::string::npos);
  CHECK(wrong([](SystemConfig& c) {
          c.dft.species = {{"Ni", {"Ni.UPF", "", "", 0, 0}}};
        }) == "species: gives no pseudopotential of 'Al'");
  CHECK(wrong([](SystemConfig& c) {
          c.elements = {"Al", "Ni"};
          c.generate.composition = {{"Al", 0.5}, {"Ni", 0.5}};
          c.dft.species = {{"Al", {"a", "", "pz", 3, 0}}, {"Ni", {"b", "", "pbe", 10, 0}}};
        }) == "species: functionals would mix: pbe, pz");
  CHECK(wrong([](SystemConfig& c) { c.dft.ecutwfc_ry = 0; }) ==
        "dft.ecutwfc_ry: must be greater than 0, got 0");
  CHECK(wrong([](SystemConfig& c) { c.dft.ecutrho_ry = 63; }) ==
        "dft.ecutrho_ry: must be at least 4 × ecutwfc_ry = 64, got 63");
  CHECK(wrong([](SystemConfig& c) { c.dft.occupations = "tetrahedra"; }) ==
        "dft.occupations: must be 'smearing' or 'fixed', got 'tetrahedra'");
  CHECK(wrong([](SystemConfig& c) { c.dft.occupations = "fixed", c.dft.spin_polarized = true; }) ==
        "dft.occupations: must be 'smearing' where spin_polarized is true");
  CHECK(wrong([](SystemConfig& c) { c.basis.lmax_by_orders = {0}; }) ==
        "basis.lmax_by_orders: must be as long as nradmax_by_orders (4), got 1");
  CHECK(wrong([](SystemConfig& c) { c.basis.lmax_by_orders[1] = -1; }) ==
        "basis.lmax_by_orders: must not be negative, got -1");
  CHECK(wrong([](SystemConfig& c) { c.explore.gamma_halt = 1; }) ==
        "explore.gamma_halt: must be greater than gamma_pick = 2, got 1");
  CHECK(wrong([](SystemConfig& c) { c.loop.max_generations = 2; }) ==
        "loop.max_generations: must be at least min_generations = 3, got 2");
  CHECK(wrong([](SystemConfig& c) {
          c.loop.walk_repeats = {1, 1};
        }) == "loop.walk_repeats: must be three numbers, got 2");
  CHECK(wrong([](SystemConfig& c) { c.loop.eos_points = 4; }) ==
        "loop.eos_points: must be 0 or at least 5, got 4");
  CHECK(wrong([](SystemConfig& c) { c.loop.workers = 0; }) ==
        "loop.workers: must be greater than 0, got 0");
}
