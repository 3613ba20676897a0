/// How the loop turns: how much it labels, explores and when it stops.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace mlip::pipeline {

struct LoopOptions {
  int workers = 2;                  ///< cores used at once
  double wall_time_seconds = 7200;  ///< budget; a usable potential is left when it is spent
  int min_generations = 3;
  int max_generations = 6;
  int seed_labels = 12;                       ///< labels of the first generation
  std::string seed_choice = "d_optimal";      ///< of the first labels: d_optimal or soap
  int picks = 20;                             ///< labels of each further generation
  int holdout = 12;                           ///< labels never trained on
  double target_energy_mev_per_atom = 5;      ///< held-out RMSE
  double target_force_mev_per_a = 50;         ///< held-out RMSE
  double failure_ratio = 0.5;                 ///< of failed labels that stops the run
  int walkers = 2;                            ///< MD walks of a generation
  std::vector<int> walk_repeats = {2, 1, 1};  ///< of the ground state's conventional cell
  double walk_strain = 0.03;                  ///< largest linear strain a walk starts with
  double isolated_box = 10;                   ///< Å, cell of the isolated atoms
  double eos_strain = 0.04;                   ///< largest linear strain of the equation of state
  int eos_points = 8;                         ///< 0: no equation of state (molecules)
  int noise_labels = 3;                       ///< computed again with tighter settings; 0: none

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field("workers", workers, "", "cores used at once");
    visit.field("wall_time_seconds", wall_time_seconds, "s",
                "budget after which the run ends with the potential it has");
    visit.field("min_generations", min_generations, "",
                "fewest generations before the stop rule may end the run");
    visit.field("max_generations", max_generations, "", "most generations");
    visit.field("seed_labels", seed_labels, "", "labels of the first generation");
    visit.choice("seed_choice", seed_choice, {"d_optimal", "soap"},
                 "how the first labels are chosen: D-optimal by ACE descriptors, or furthest apart "
                 "by SOAP");
    visit.field("picks", picks, "", "labels of each further generation");
    visit.field("holdout", holdout, "", "labels never trained on");
    visit.field("target_energy_mev_per_atom", target_energy_mev_per_atom, "meV",
                "held-out energy RMSE an atom that counts as good");
    visit.field("target_force_mev_per_a", target_force_mev_per_a, "",
                "held-out force RMSE (meV/Å) that counts as good");
    visit.field("failure_ratio", failure_ratio, "", "ratio of failed labels that stops the run");
    visit.field("walkers", walkers, "", "MD walks of a generation");
    visit.field("walk_repeats", walk_repeats, "",
                "repeats of the conventional cell for MD; of given crystals those of the first, "
                "the others have as many atoms");
    visit.field("walk_strain", walk_strain, "", "largest linear strain a walk starts with");
    visit.field("isolated_box", isolated_box, "Å", "cell of the isolated atoms");
    visit.field("eos_strain", eos_strain, "", "largest linear strain of the equation of state");
    visit.field("eos_points", eos_points, "", "points of the equation of state; 0 = none");
    visit.field("noise_labels", noise_labels, "",
                "labels computed again with tighter settings, to measure their noise; 0 = none");
  }
};

}  // namespace mlip::pipeline
