#include "dft/espresso/remedy.hpp"

#include <algorithm>
#include <array>

namespace mlip::dft::espresso {

namespace {

constexpr auto numerics = RemedyKind::numerics;
constexpr auto always = Condition::always;

void warm(Numerics& n) {
  n.start_from_density = n.start_from_wavefunctions = true;
}
void density_only(Numerics& n) {
  n.start_from_density = true;
  n.start_from_wavefunctions = false;
}
void cold(Numerics& n) {
  n.start_from_density = n.start_from_wavefunctions = false;
}

void one_process(Numerics& n) {
  cold(n);
  n.mpi_ranks = 1;
}

void mix(Numerics& n, const char* mode, double beta, int memory = 8) {
  n.mixing_mode = mode;
  n.mixing_beta = std::min(n.mixing_beta, beta);
  n.mixing_ndim = memory;
  n.electron_maxstep = std::max(n.electron_maxstep, 200);
}

constexpr std::array ladders = {
    Remedy{Fault::not_converged, numerics, Condition::converging, "more steps from the density",
           [](Numerics& n) {
             warm(n);
             n.electron_maxstep = std::max(2 * n.electron_maxstep, 100);
           }},
    Remedy{Fault::not_converged, numerics, always, "mixing beta 0.3 from the density",
           [](Numerics& n) {
             warm(n);
             mix(n, "plain", 0.3);
           }},
    Remedy{Fault::not_converged, numerics, always, "local-TF mixing, beta 0.3, from the density",
           [](Numerics& n) {
             warm(n);
             mix(n, "local-TF", 0.3);
           }},
    Remedy{Fault::not_converged, numerics, always, "mixing beta 0.1 with a longer memory",
           [](Numerics& n) {
             warm(n);
             mix(n, "plain", 0.1, 12);
           }},
    Remedy{Fault::not_converged, numerics, always, "conjugate gradients from atomic densities",
           [](Numerics& n) {
             cold(n);
             mix(n, "plain", 0.3);
             n.diagonalization = "cg";
           }},
    Remedy{Fault::not_converged, RemedyKind::bridge, Condition::smearing,
           "smearing doubled as a bridge",
           [](Numerics& n) {
             cold(n);
             mix(n, "plain", 0.3);
             n.diagonalization = "david";
             n.degauss_factor = 2;
           }},
    Remedy{Fault::diagonalization, numerics, always, "conjugate gradients",
           [](Numerics& n) {
             cold(n);
             n.diagonalization = "cg";
           }},
    Remedy{Fault::diagonalization, numerics, always, "projected preconditioned conjugate gradients",
           [](Numerics& n) {
             cold(n);
             n.diagonalization = "ppcg";
           }},
    Remedy{Fault::too_few_bands, numerics, always, "1.2 times the bands",
           [](Numerics& n) {
             density_only(n);
             n.band_factor = 1.2;
           }},
    Remedy{Fault::too_few_bands, numerics, always, "1.5 times the bands",
           [](Numerics& n) {
             density_only(n);
             n.band_factor = 1.5;
           }},
    Remedy{Fault::bad_restart, numerics, always, "from atomic densities", cold},
    Remedy{Fault::killed, numerics, always, "once more after being killed", cold},
    Remedy{Fault::killed, numerics, Condition::several_ranks, "one process after being killed",
           one_process},
    Remedy{Fault::crashed, numerics, always, "once more after a crash", cold},
    Remedy{Fault::unknown_error, numerics, always, "once more", cold},
    Remedy{Fault::incomplete_output, numerics, always, "once more for whole output", cold},
    Remedy{Fault::contradiction, numerics, always, "once more for consistent output", cold},
    Remedy{Fault::out_of_memory, numerics, Condition::several_ranks,
           "one process, which needs less memory", one_process},
    Remedy{Fault::out_of_memory, numerics, always, "conjugate gradients, which need less memory",
           [](Numerics& n) {
             cold(n);
             n.diagonalization = "cg";
           }},
    Remedy{Fault::time_limit, numerics, always, "twice the time, from the density",
           [](Numerics& n) {
             density_only(n);
             n.time_limit_seconds *= 2;
           }},
    Remedy{Fault::disk_full, numerics, always, "once more after a wait", cold, 20},
    Remedy{Fault::parallel_layout, numerics, always, "one process", one_process},
    Remedy{Fault::magnetic_state, numerics, always, "larger start moments",
           [](Numerics& n) {
             cold(n);
             n.moment_factor = 1.5;
           }},
    Remedy{Fault::magnetic_state, numerics, Condition::alternating, "antiferromagnetic start",
           [](Numerics& n) {
             cold(n);
             n.moment_factor = 1;
             n.start.alternating = true;
           }},
};

constexpr Remedy back = {Fault::not_converged, numerics, always,
                         "target smearing from the bridge's density", [](Numerics& n) {
                           warm(n);
                           n.degauss_factor = 1;
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

}  // namespace mlip::dft::espresso
