// The moments that VASP begins with, and those that come back.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "dft/magnetism.hpp"
#include "dft/vasp/acceptance.hpp"
#include "dft/vasp/remedy.hpp"
#include "vasp_cases.hpp"

using namespace mlip;
using namespace vasp_cases;

TEST_CASE("INCAR begins with the moments asked for, in the order of POSCAR") {
  auto parameters = vasp_parameters({"Cr", "Fe"});
  parameters.spin_polarized = true;
  parameters.species["Cr"].starting_moment = 1;
  parameters.species["Fe"].starting_moment = 2.2;
  auto numerics = dft::vasp::first_numerics(parameters);
  auto alloy = mixed_alloy();
  const auto has = [&](const std::string& part) {
    const auto text = write_incar(dft::vasp::sent(alloy), parameters, numerics, "x");
    CAPTURE(text);
    CHECK(holds(text, part));
  };
  alloy.numbers = {26, 24, 26, 24};
  has("MAGMOM = 2*1 2*2.2\n");
  numerics.start.moments = {{24, 3}};
  has("MAGMOM = 2*3 2*2.2\n");
  numerics.start.moments[26] = -0.5;
  has("MAGMOM = 2*3 2*-0.5\n");
  has("NBANDS = 29\n");
  numerics.start.moments[24] = 6;
  has("NBANDS = 32\n");
  numerics.moment_factor = 1.5;
  has("MAGMOM = 2*9 2*-0.75\n");
  numerics.moment_factor = 1;
  numerics.start = {"", {{24, 3}}, true};
  has("MAGMOM = 1*3 1*-3 2*2.2\n");
  alloy.numbers = {24, 24, 24, 24};
  numerics.start.moments.clear();
  has("MAGMOM = 1*1 2*-1 1*1\n");
  parameters.spin_polarized = false;
  CHECK_FALSE(holds(write_incar(dft::vasp::sent(alloy), parameters, numerics, "x"), "MAGMOM"));
}

TEST_CASE("moments come back to the atoms they belong to, as the review of magnetic states needs") {
  auto parameters = vasp_parameters({"Fe", "Ni"});
  parameters.spin_polarized = true;
  const auto alloy = mixed_alloy();
  const auto numerics = dft::vasp::first_numerics(parameters);
  const std::string run_id = "x";
  dft::vasp::Vasprun vasprun;
  vasprun.energy = -28.4;
  vasprun.forces.resize(4);
  const auto outcar = dft::vasp::parse_outcar(vasp_text("texts/OUTCAR_four_moments"));
  auto labels = labels_of({alloy, parameters, numerics, run_id}, vasprun, outcar);
  // POSCAR has both iron before both nickel.
  CHECK(labels.magnetic_moments == std::vector{1.640, 1.621, 1.640, 1.619});
  const auto state = dft::magnetic_state(alloy, labels);
  REQUIRE(state);
  CHECK(state->moment == doctest::Approx(1.63));
  CHECK(state->start.moments.at(26) == doctest::Approx(1.62));
  CHECK(state->start.moments.at(28) == doctest::Approx(1.64));
}

TEST_CASE("VASP begins with the moments of the start that the attempt is named by") {
  const dft::MagneticStart high{"high spin", {{14, 2.0}}, false};
  std::vector<dft::MagneticStart> asked;
  const auto launch = [&](const dft::vasp::Numerics& numerics, int attempt, double) {
    asked.push_back(numerics.start);
    return attempt == 1 ? failing_run("LAPACK: Routine ZPOTRF failed!") : static_silicon_run();
  };
  const auto outcome = heal(static_silicon(), static_silicon_parameters(), launch, {}, high);
  CHECK(outcome.accepted);
  CHECK(outcome.attempts[0].remedy == "high spin");
  CHECK(asked == std::vector{high, high});
}

TEST_CASE("moments that went are looked for by larger ones, of chromium by alternating ones too") {
  const auto ladder = [](bool alternating) {
    dft::vasp::History history;
    history.alternating = alternating;
    dft::vasp::Numerics numerics;
    std::vector<std::string> starts;
    while (const auto remedy = next_remedy(dft::vasp::Fault::magnetic_state, history)) {
      remedy->change(numerics);
      history.remedies.emplace_back(remedy->name);
      starts.push_back(fmt::format("{} {}", numerics.moment_factor,
                                   numerics.start.alternating ? "up down" : "up"));
    }
    return starts;
  };
  CHECK(ladder(false) == std::vector<std::string>{"1.5 up"});
  CHECK(ladder(true) == std::vector<std::string>{"1.5 up", "1 up down"});
}
