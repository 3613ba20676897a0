#include "dft/espresso/remedy.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace mlip::dft::espresso;

TEST_CASE("every fault has its entry, in the order of the enumeration") {
  std::set<std::string_view> names;
  for (const FaultEntry& one : fault_entries()) {
    CHECK(&entry(one.fault) == &one);
    CHECK_FALSE(one.meaning.empty());
    CHECK((one.consequence != Consequence::give_up) == !one.advice.empty());
    names.insert(one.name);
  }
  CHECK(names.size() == fault_entries().size());
}

TEST_CASE("ladders end: climbing any of them in any history uses it up") {
  for (const FaultEntry& fault : fault_entries())
    for (bool smearing : {false, true})
      for (bool converging : {false, true}) {
        History history{{}, smearing, converging};
        std::set<std::string> seen;
        while (const auto remedy = next_remedy(fault.fault, history)) {
          CHECK(remedy->fault == fault.fault);
          CHECK(seen.insert(std::string(remedy->name)).second);
          history.remedies.emplace_back(remedy->name);
          REQUIRE(history.remedies.size() < 20);
        }
      }
}

TEST_CASE("conditions of rungs") {
  const History stuck{{}, true, false}, converging{{}, true, true};
  CHECK(next_remedy(Fault::not_converged, converging)->name == "more steps from the density");
  CHECK(next_remedy(Fault::not_converged, stuck)->name == "mixing beta 0.3 from the density");
  // A ladder is only climbed: a rung passed over is not gone back to.
  const History later{{"mixing beta 0.3 from the density"}, true, true};
  CHECK(next_remedy(Fault::not_converged, later)->name ==
        "local-TF mixing, beta 0.3, from the density");
  const std::string last = "conjugate gradients from atomic densities";
  CHECK(next_remedy(Fault::not_converged, {{last}, true, false})->kind == RemedyKind::bridge);
  CHECK_FALSE(next_remedy(Fault::not_converged, {{last}, false, false}));
}

TEST_CASE("faults without ladder") {
  for (Fault fault : {Fault::charge_wrong, Fault::atoms_too_close, Fault::interrupted,
                      Fault::pseudopotential_unreadable, Fault::none})
    CHECK_FALSE(next_remedy(fault, {}));
}

TEST_CASE("no remedy changes the physics of the label, and only bridges the smearing") {
  for (const Remedy& remedy : remedies()) {
    Numerics numerics;
    remedy.change(numerics);
    CHECK(remedy.kind != RemedyKind::physics);
    CHECK((remedy.kind == RemedyKind::bridge) == (numerics.degauss_factor != 1));
    CHECK(numerics.mixing_beta > 0);
    CHECK(numerics.time_limit_seconds >= Numerics().time_limit_seconds);
    CHECK(remedy.wait_seconds >= 0);
  }
  Numerics numerics;
  numerics.degauss_factor = 2;
  return_from_bridge().change(numerics);
  CHECK(numerics.degauss_factor == 1);
  CHECK(numerics.start_from_density);
}

TEST_CASE("what worked most in this run is tried first, numerics before bridges always") {
  const History stuck{{}, true, false};
  const std::string cg = "conjugate gradients from atomic densities";
  mlip::core::Tallies known;
  known[{"not converged", cg}] = {3, 2, 60};
  known[{"not converged", "smearing doubled as a bridge"}] = {9, 9, 90};
  known[{"diagonalization", "projected preconditioned conjugate gradients"}] = {1, 1, 5};
  CHECK(next_remedy(Fault::not_converged, stuck, known)->name == cg);
  CHECK(next_remedy(Fault::diagonalization, stuck, known)->name ==
        "projected preconditioned conjugate gradients");
  CHECK(next_remedy(Fault::killed, stuck, known)->name == "once more after being killed");
  const auto rungs = ladder(Fault::not_converged, known);
  CHECK(rungs.size() == ladder(Fault::not_converged, {}).size());
  CHECK(rungs.back().kind == RemedyKind::bridge);
  // Climbed in that order, each rung once.
  History history = stuck;
  while (const auto remedy = next_remedy(Fault::not_converged, history, known))
    history.remedies.emplace_back(remedy->name);
  CHECK(history.remedies.size() == rungs.size() - 1);  // all but "more steps"
}

TEST_CASE("chromium and manganese get an antiferromagnetic start, others none") {
  History history{{"larger start moments"}, true, false, true};
  CHECK(next_remedy(Fault::magnetic_state, history)->name == "antiferromagnetic start");
  history.alternating = false;
  CHECK_FALSE(next_remedy(Fault::magnetic_state, history));
}

TEST_CASE("several ranks become one where memory is short, or where a second kill says so") {
  History history;
  const std::string gradients = "conjugate gradients, which need less memory";
  CHECK(next_remedy(Fault::out_of_memory, history)->name == gradients);
  CHECK(ladder(Fault::killed, {}).size() == 2);
  history.several_ranks = true;
  const auto remedy = next_remedy(Fault::out_of_memory, history);
  CHECK(remedy->name == "one process, which needs less memory");
  Numerics numerics;
  numerics.mpi_ranks = 4;
  remedy->change(numerics);
  CHECK(numerics.mpi_ranks == 1);
  history.remedies = {std::string(remedy->name)};
  CHECK(next_remedy(Fault::out_of_memory, history)->name == gradients);
  history.remedies = {"once more after being killed"};
  CHECK(next_remedy(Fault::killed, history)->name == "one process after being killed");
  history.several_ranks = false;
  CHECK_FALSE(next_remedy(Fault::killed, history));
}
