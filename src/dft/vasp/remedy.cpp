#include "dft/vasp/remedy.hpp"

#include <algorithm>
#include <array>

namespace mlip::dft::vasp {

namespace {

constexpr auto numerics = RemedyKind::numerics;
constexpr auto always = Condition::always;

void go_on(Numerics& n) {
  n.start_from_wavefunctions = true;
}
void afresh(Numerics& n) {
  n.start_from_wavefunctions = false;
}
void mix(Numerics& n, double amix, double bmix) {
  n.amix = amix;
  n.bmix = bmix;
  n.nelm = std::max(n.nelm, 200);
}
void minimise(Numerics& n) {
  afresh(n);
  n.algo = "All";
  n.nelm = std::max(n.nelm, 200);
}

constexpr std::array ladders = {
    Remedy{Fault::not_converged, numerics, Condition::converging,
           "more steps from the wave functions",
           [](Numerics& n) {
             go_on(n);
             n.nelm = std::max(2 * n.nelm, 100);
           }},
    Remedy{Fault::not_converged, numerics, always, "linear mixing, AMIX 0.2",
           [](Numerics& n) {
             go_on(n);
             mix(n, 0.2, 1e-4);
           }},
    Remedy{Fault::not_converged, numerics, always, "Kerker mixing, AMIX 0.1, BMIX 3, afresh",
           [](Numerics& n) {
             afresh(n);
             mix(n, 0.1, 3);
           }},
    Remedy{Fault::not_converged, numerics, always, "direct minimisation (ALGO = All)", minimise},
    Remedy{Fault::not_converged, RemedyKind::bridge, always, "smearing doubled as a bridge",
           [](Numerics& n) {
             afresh(n);
             mix(n, 0.2, 1e-4);
             n.algo = "Normal";
             n.sigma_factor = 2;
           }},
    Remedy{Fault::diagonalization, numerics, always, "direct minimisation against diagonalization",
           minimise},
    Remedy{Fault::diagonalization, numerics, always, "residual minimisation (ALGO = Fast)",
           [](Numerics& n) {
             afresh(n);
             n.algo = "Fast";
           }},
    Remedy{Fault::cholesky, numerics, always, "without symmetry against ZPOTRF",
           [](Numerics& n) {
             afresh(n);
             n.isym = 0;
           }},
    Remedy{Fault::cholesky, numerics, always, "direct minimisation against ZPOTRF", minimise},
    Remedy{Fault::mixing, numerics, always, "softer mixing afresh",
           [](Numerics& n) {
             afresh(n);
             mix(n, 0.2, 1e-4);
           }},
    Remedy{Fault::mixing, numerics, always, "without symmetry against BRMIX",
           [](Numerics& n) {
             afresh(n);
             n.isym = 0;
           }},
    Remedy{Fault::mixing, numerics, always, "direct minimisation, which mixes nothing", minimise},
    Remedy{Fault::symmetry, numerics, always, "symmetry to 1e-8 (SYMPREC)",
           [](Numerics& n) {
             afresh(n);
             n.symprec = 1e-8;
           }},
    Remedy{Fault::symmetry, numerics, always, "time reversal alone (ISYM = 0)",
           [](Numerics& n) {
             afresh(n);
             n.symprec.reset();
             n.isym = 0;
           }},
    Remedy{Fault::symmetry, numerics, always, "no symmetry at all (ISYM = -1)",
           [](Numerics& n) {
             afresh(n);
             n.isym = -1;
           }},
    Remedy{Fault::real_space_projectors, numerics, always, "projectors in reciprocal space",
           [](Numerics& n) {
             afresh(n);
             n.reciprocal_projectors = true;
           }},
    Remedy{Fault::gradient, numerics, always, "Davidson iterations (ALGO = Normal)",
           [](Numerics& n) {
             afresh(n);
             n.algo = "Normal";
           }},
    Remedy{Fault::line_search, numerics, always, "Davidson iterations and a tighter EDIFF",
           [](Numerics& n) {
             afresh(n);
             n.algo = "Normal";
             n.ediff_factor = 0.1;
           }},
    Remedy{Fault::too_few_bands, numerics, always, "1.2 times the bands",
           [](Numerics& n) {
             afresh(n);
             n.band_factor = 1.2;
           }},
    Remedy{Fault::too_few_bands, numerics, always, "1.5 times the bands",
           [](Numerics& n) {
             afresh(n);
             n.band_factor = 1.5;
           }},
    Remedy{Fault::bad_restart, numerics, always, "from random wave functions", afresh},
    Remedy{Fault::killed, numerics, always, "once more after being killed", afresh},
    Remedy{Fault::crashed, numerics, always, "once more after a crash", afresh},
    Remedy{Fault::unknown_error, numerics, always, "once more", afresh},
    Remedy{Fault::unknown_error, numerics, always, "once more without symmetry",
           [](Numerics& n) {
             afresh(n);
             n.isym = 0;
           }},
    Remedy{Fault::incomplete_output, numerics, always, "once more for whole output", afresh},
    Remedy{Fault::contradiction, numerics, always, "once more for consistent output", afresh},
    Remedy{Fault::out_of_memory, numerics, always, "once more for memory that others held", afresh,
           20},
    Remedy{Fault::time_limit, numerics, always, "twice the time",
           [](Numerics& n) {
             afresh(n);
             n.time_limit_seconds *= 2;
           }},
    Remedy{Fault::disk_full, numerics, always, "once more after a wait", afresh, 20},
    Remedy{Fault::magnetic_state, numerics, always, "larger start moments",
           [](Numerics& n) {
             afresh(n);
             n.moment_factor = 1.5;
           }},
    Remedy{Fault::magnetic_state, numerics, Condition::alternating, "antiferromagnetic start",
           [](Numerics& n) {
             afresh(n);
             n.moment_factor = 1;
             n.start.alternating = true;
           }},
};

constexpr Remedy back = {Fault::not_converged, numerics, always,
                         "target smearing from the bridge's wave functions", [](Numerics& n) {
                           go_on(n);
                           n.sigma_factor = 1;
                         }};

}  // namespace

std::span<const Remedy> remedies() {
  return ladders;
}

const Remedy& return_from_bridge() {
  return back;
}

std::vector<Remedy> ladder(Fault fault, const core::Tallies& known) {
  return ladder_of(ladders, entry(fault), known);
}

std::optional<Remedy> next_remedy(Fault fault, const History& history, const core::Tallies& known) {
  return next_rung(ladder(fault, known), history);
}

}  // namespace mlip::dft::vasp
