/// The kinds of seed candidates, each a series of its own; close pairs are redrawn or left out.
#pragma once

#include <string>
#include <vector>

#include "core/records.hpp"
#include "generate/crystal.hpp"
#include "generate/generate.hpp"

namespace mlip::generate {

class Series {
 public:
  Series(const Options& options, const Crystal& crystal);

  /// Perfect conventional and primitive cell.
  void add_crystal();
  /// Isotropic strains of both cells.
  void add_volumes();
  /// Tetragonal, orthorhombic and shear strains of the smallest cell at its own volume.
  void add_shears();
  /// Random and quasirandom decorations of the lattice, each at a volume of its own.
  void add_alloys();
  /// Inequivalent vacancies, antisites, interstitials and dumbbells of an ordered crystal, as they
  /// are and rattled.
  void add_defects();
  /// Rattled cells of every size, slightly strained; of a molecule the molecule.
  void add_rattles();
  /// Rattled repeats of the conventional cell, slightly strained.
  void add_supercells();
  /// Each as it is and rattled by the median standard deviation.
  void add_interfaces(const std::vector<core::Candidate>& interfaces);
  /// The diatomic molecule and its bond over distance.
  void add_molecule();
  /// The given molecule, and its bonds and angles from narrow to wide.
  void add_given_molecule();
  /// Dimers of every pair over distance and triangles and chains of three.
  void add_clusters();

  [[nodiscard]] std::vector<core::Candidate> take() { return std::move(candidates_); }

 private:
  bool add(core::Structure structure, const std::string& config_type, const std::string& origin);
  void add_strained(const core::Structure& cell, const core::Mat3& strain,
                    const std::string& config_type, const std::string& what);
  /// As `config_type`; `item` tells the random numbers of its draws.
  void add_rattled(const core::Structure& cell, double sigma, const std::string& config_type,
                   std::size_t item);
  /// A rattled candidate of the same kind; `draws` and `item` tell its random numbers.
  void add_rattled_copy(const core::Candidate& candidate, double sigma, const std::string& draws,
                        std::uint64_t item);
  void add_dimers(int first, int second, const std::vector<double>& stretches);
  void add_trimers(int first, int second, int third);
  [[nodiscard]] bool both_cells() const;
  [[nodiscard]] std::string name() const;

  const Options& options_;
  const Crystal& crystal_;
  core::Structure conventional_;
  core::Structure primitive_;
  std::vector<core::Structure> cells_;  ///< to be rattled
  std::vector<core::Candidate> candidates_;
};

}  // namespace mlip::generate
