/// Seed structures: physics-informed, before any DFT.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/records.hpp"
#include "generate/given_crystal.hpp"

namespace mlip::generate {

struct Options {
  std::map<std::string, double> composition;  ///< element → fraction, sums to 1
  /// fcc, bcc, hcp, diamond, rocksalt, b2, l10, l12, molecule, auto; given: those of `crystals`
  std::string prototype = "auto";
  std::vector<GivenCrystal> crystals;  ///< in place of a prototype; with `molecule` molecules
  double lattice_constant = 0;         ///< Å; 0: from the table of elements
  int max_atoms = 8;                   ///< largest seed cell
  double volumetric_strain = 0.06;     ///< largest linear strain of the volume scan
  double shear_strain = 0.06;
  std::vector<double> rattle = {0.05, 0.12, 0.2};  ///< Å, standard deviations
  int rattled = 12;                                ///< rattled cells of each standard deviation
  int supercells = 0;  ///< rattled cells large enough for neighbours to move apart
  std::vector<int> supercell_repeats = {2, 2, 2};  ///< of the conventional cell, along its vectors
  int alloys = 8;       ///< random decorations where there are ≥ 2 elements
  int slab_atoms = 0;   ///< of the largest slab between two surfaces; 0: none
  int fault_atoms = 0;  ///< of the largest cell with a stacking fault or grain boundary
  int phonons = 0;      ///< cells displaced along phonons, of each temperature
  std::vector<double> phonon_temperatures;  ///< K
  int searches = 0;                         ///< random cells
  int melts = 0;                            ///< frames of liquid, quench and glass each
  int melt_steps = 2000;                    ///< of molecular dynamics
  bool clusters = false;                    ///< dimers and trimers in a box
  double defect_images = 0;                 ///< Å between images of point defects; 0: no defects
  int modes = 0;  ///< samples of a given molecule's vibrations at each temperature
  std::vector<double> mode_temperatures = {300, 1200};  ///< K
  int bond_lengths = 0;       ///< of each inequivalent bond of a given molecule
  int bond_angles = 0;        ///< of each inequivalent angle of a given molecule
  double longest_bond = 1.5;  ///< over its length at rest
  int molecule_pairs = 0;     ///< of each two of the given molecules
  double closest = 0.75;      ///< no two atoms closer than this × the sum of covalent radii
  std::uint64_t seed = 0;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field(
        "prototype", prototype, "",
        "crystal prototype of the seed structures; given: the crystals that follow; molecule: "
        "the molecules that follow, or a diatomic one");
    visit.field("crystals", crystals, "",
                "crystals of your own, or molecules, of which the seeds are made; the first is the "
                "ground state");
    visit.field("lattice_constant", lattice_constant, "Å",
                "conventional lattice constant; 0 = table of elements");
    visit.field("max_atoms", max_atoms, "", "atoms of the largest seed cell");
    visit.field("volumetric_strain", volumetric_strain, "",
                "largest linear strain of the volume scan");
    visit.field("shear_strain", shear_strain, "", "largest shear strain");
    visit.field("rattle", rattle, "Å", "standard deviations of random displacements");
    visit.field("rattled", rattled, "", "rattled cells of each standard deviation");
    visit.field("supercells", supercells, "",
                "rattled cells in which neighbours are no images of one another; all are labelled");
    visit.field("supercell_repeats", supercell_repeats, "",
                "repeats of the conventional cell in each of them; of several given crystals those "
                "of the first, which say how many atoms the others have at least");
    visit.field("alloys", alloys, "", "random decorations of the lattice");
    visit.field("slab_atoms", slab_atoms, "",
                "atoms of the largest slab between low-index surfaces; all are labelled; 0 = no "
                "slabs");
    visit.field("fault_atoms", fault_atoms, "",
                "atoms of the largest cell with a stacking fault or a grain boundary; all are "
                "labelled; 0 = none");
    visit.field("phonons", phonons, "",
                "cells displaced along the phonons of the surrogate, of each temperature");
    visit.field("phonon_temperatures", phonon_temperatures, "K", "of these displacements");
    visit.field("searches", searches, "",
                "cells of random symmetry and atoms, relaxed by the surrogate");
    visit.field(
        "melts", melts, "",
        "frames each of liquid, quench and glass that the surrogate melts the supercell to; "
        "all are labelled");
    visit.field("melt_steps", melt_steps, "", "of molecular dynamics, melting and quenching");
    visit.field("clusters", clusters, "", "dimers and trimers in a box");
    visit.field("defect_images", defect_images, "Å",
                "distance of a point defect from its images in an ordered crystal; 0 = no defects");
    visit.field(
        "modes", modes, "",
        "samples of a given molecule's vibrations, by surrogate.model, at each temperature");
    visit.field("mode_temperatures", mode_temperatures, "K", "of those samples");
    visit.field(
        "bond_lengths", bond_lengths, "",
        "lengths to which each inequivalent bond of a given molecule is pressed and pulled");
    visit.field("bond_angles", bond_angles, "",
                "angles to which each inequivalent angle of a given molecule is closed and opened");
    visit.field("longest_bond", longest_bond, "",
                "longest of a pulled bond over its length at rest");
    visit.field("molecule_pairs", molecule_pairs, "",
                "pairs of each two of the given molecules, near and far, turned");
    visit.field("closest", closest, "", "shortest allowed distance over the sum of covalent radii");
  }
};

/// Seed candidates that need no model, deterministic by options.seed; none has two atoms too close.
[[nodiscard]] std::vector<core::Candidate> generate(const Options& options);

/// Dimers and trimers of the options' elements only.
[[nodiscard]] std::vector<core::Candidate> clusters(const Options& options);

/// The perfect crystal (conventional cell) or molecule the options speak of; of given crystals the
/// `crystal`-th, as it is given.
[[nodiscard]] core::Structure ground_state(const Options& options, std::size_t crystal = 0);

/// Of how many crystals the seeds are made.
[[nodiscard]] std::size_t crystal_count(const Options& options);

/// `repeats` of the first ground state; of another those that hold as many atoms at least.
[[nodiscard]] std::array<int, 3> repeats_of(const Options& options, std::size_t crystal,
                                            const std::vector<int>& repeats);

/// Primitive cell of the same crystal, for the equation of state.
[[nodiscard]] core::Structure primitive_ground_state(const Options& options);

/// One atom alone: in a periodic cube of `box` Å.
[[nodiscard]] core::Structure isolated_atom(int atomic_number, double box);

/// Gaussian displacements of standard deviation `sigma` Å of each coordinate.
[[nodiscard]] core::Structure rattled(const core::Structure& structure, double sigma,
                                      std::uint64_t seed);

/// The least distance of a pair over the sum of its covalent radii; at most 1.
[[nodiscard]] double closeness(const core::Structure& structure);

/// True when no pair is closer than `closest` × the sum of its covalent radii.
[[nodiscard]] bool distances_allowed(const core::Structure& structure, double closest);

}  // namespace mlip::generate
