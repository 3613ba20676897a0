#include "generate/defects.hpp"

#include <fmt/format.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>

#include "core/element.hpp"
#include "core/error.hpp"
#include "core/neighbor_list.hpp"
#include "generate/generate.hpp"
#include "generate/interstitial_sites.hpp"
#include "generate/pair_shells.hpp"
#include "generate/roomy_cell.hpp"

namespace mlip::generate {

namespace {

using core::Fractional;
using core::Structure;
using core::Vec3;

constexpr double same_direction = 1e-3;

std::string_view symbol_of(int number) {
  return core::element(number).symbol;
}

/// Two places of a crystal, the second as seen from the first.
struct PairOfPlaces {
  Fractional first;
  Vec3 between;  ///< fractional
};

class DefectSeries {
 public:
  DefectSeries(const Symmetry& symmetry, const DefectOptions& options);
  Defects take() { return std::move(defects_); }

  void add_vacancies();
  void add_divacancies();
  /// Other elements of the crystal, or foreign ones, on its sites.
  void add_replaced(bool foreign);
  void add_interstitials();
  void add_dumbbells();

 private:
  [[nodiscard]] std::string of_sites(const Orbit& orbit) const;
  [[nodiscard]] std::vector<int> extra_elements() const;
  [[nodiscard]] bool same_pair(const PairOfPlaces& a, const PairOfPlaces& b) const;
  [[nodiscard]] std::vector<Vec3> directions(const Orbit& orbit) const;
  void add(Structure structure, const std::string& kind, const std::string& what);
  /// Index of the atom at a place of the supercell.
  [[nodiscard]] std::size_t atom_at(const Vec3& place) const;
  [[nodiscard]] Structure without(std::vector<std::size_t> atoms) const;

  const Symmetry& symmetry_;
  const DefectOptions& options_;
  const Structure& crystal_;
  Structure cell_;  ///< without defects
  double images_;   ///< Å apart
  double nearest_;  ///< Å
  std::vector<Orbit> orbits_;
  std::vector<std::size_t> atoms_;  ///< first atom of each orbit
  std::set<int> elements_;          ///< of the crystal
  Defects defects_;
};

DefectSeries::DefectSeries(const Symmetry& symmetry, const DefectOptions& options)
    : symmetry_(symmetry),
      options_(options),
      crystal_(symmetry.primitive),
      cell_(roomy_cell(symmetry, options.image_distance)),
      images_(image_distance(cell_.cell.vectors)),
      nearest_(core::minimum_distance(crystal_)),
      elements_(crystal_.numbers.begin(), crystal_.numbers.end()) {
  if (cell_.size() > static_cast<std::size_t>(options.max_atoms))
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("images {} Å apart need {} atoms, more than {}",
                                      options.image_distance, cell_.size(), options.max_atoms),
                          "allow more atoms, or images nearer to one another");
  std::vector<Fractional> places;
  for (const Vec3& position : crystal_.positions)
    places.push_back(crystal_.to_fractional(position));
  orbits_ = find_orbits(symmetry, places, 0.1);
  for (const Orbit& orbit : orbits_) atoms_.push_back(atom_at(crystal_.to_cartesian(orbit.place)));
}

std::size_t DefectSeries::atom_at(const Vec3& place) const {
  const Fractional wanted = cell_.to_fractional(place);
  for (std::size_t i = 0; i < cell_.size(); ++i)
    if (apart(cell_, cell_.to_fractional(cell_.positions[i]), wanted) < 0.1) return i;
  MLIP_ASSERT(false);
  return 0;
}

Structure DefectSeries::without(std::vector<std::size_t> atoms) const {
  Structure result = cell_;
  std::ranges::sort(atoms, std::greater<>());
  for (const std::size_t atom : atoms) {
    result.numbers.erase(result.numbers.begin() + static_cast<std::ptrdiff_t>(atom));
    result.positions.erase(result.positions.begin() + static_cast<std::ptrdiff_t>(atom));
  }
  return result;
}

void DefectSeries::add(Structure structure, const std::string& kind, const std::string& what) {
  if (!distances_allowed(structure, options_.closest)) {
    ++defects_.too_close;
    return;
  }
  core::Candidate candidate;
  candidate.structure = std::move(structure);
  candidate.config_type = kind;
  candidate.origin = fmt::format("{} in {} sites of {} {}, images {:.2f} Å apart", what,
                                 cell_.size(), symmetry_.space_group, crystal_.formula(), images_);
  defects_.candidates.push_back(std::move(candidate));
}

std::string DefectSeries::of_sites(const Orbit& orbit) const {
  return orbits_.size() == 1 ? "" : fmt::format(" on one of {} alike sites", orbit.size);
}

std::vector<int> DefectSeries::extra_elements() const {
  std::vector<int> numbers(elements_.begin(), elements_.end());
  for (const int number : options_.elements)
    if (!elements_.contains(number)) numbers.push_back(number);
  return numbers;
}

void DefectSeries::add_vacancies() {
  for (std::size_t k = 0; k < orbits_.size(); ++k)
    add(without({atoms_[k]}), "vacancy",
        fmt::format("{} vacancy{}", symbol_of(cell_.numbers[atoms_[k]]), of_sites(orbits_[k])));
}

bool DefectSeries::same_pair(const PairOfPlaces& a, const PairOfPlaces& b) const {
  return std::ranges::any_of(symmetry_.operations, [&](const Operation& operation) {
    const Fractional first = operation(a.first);
    const Vec3 between = operation.rotation * a.between;
    const Fractional second{first.value + between};
    const bool as_is = apart(crystal_, first, b.first) < 0.1 &&
                       crystal_.to_cartesian({between - b.between}).norm() < 0.1;
    return as_is || (apart(crystal_, second, b.first) < 0.1 &&
                     crystal_.to_cartesian({between + b.between}).norm() < 0.1);
  });
}

void DefectSeries::add_divacancies() {
  const auto shells = find_pair_shells(crystal_, options_.shells);
  const core::NeighborList list(crystal_, shells.edges.back());
  std::vector<PairOfPlaces> seen;
  for (std::size_t i = 0; i < crystal_.size(); ++i)
    for (const auto& neighbor : list.of(i)) {
      const PairOfPlaces pair{crystal_.to_fractional(crystal_.positions[i]),
                              crystal_.to_fractional(neighbor.vector).value};
      if (std::ranges::any_of(seen, [&](const auto& other) { return same_pair(pair, other); }))
        continue;
      seen.push_back(pair);
      const std::size_t first = atom_at(crystal_.positions[i]),
                        second = atom_at(crystal_.positions[i] + neighbor.vector);
      // In a small cell a neighbour may be an image of the atom itself
      if (first == second) continue;
      add(without({first, second}), "divacancy",
          fmt::format("{} and {} vacancies {:.3f} Å apart", symbol_of(cell_.numbers[first]),
                      symbol_of(cell_.numbers[second]), neighbor.distance));
    }
}

void DefectSeries::add_replaced(bool foreign) {
  for (std::size_t k = 0; k < orbits_.size(); ++k)
    for (const int number : extra_elements()) {
      const int own = cell_.numbers[atoms_[k]];
      if (number == own || elements_.contains(number) == foreign) continue;
      Structure structure = cell_;
      structure.numbers[atoms_[k]] = number;
      add(std::move(structure), foreign ? "substitution" : "antisite",
          fmt::format("{} in place of {}{}", symbol_of(number), symbol_of(own),
                      of_sites(orbits_[k])));
    }
}

void DefectSeries::add_interstitials() {
  for (const InterstitialSite& site : interstitial_sites(symmetry_))
    for (const int number : extra_elements()) {
      Structure structure = cell_;
      structure.numbers.push_back(number);
      structure.positions.push_back(crystal_.to_cartesian(site.place));
      add(std::move(structure), "interstitial",
          fmt::format("{} {} interstitial, {} in a primitive cell, {:.3f} Å from the nearest",
                      site.kind, symbol_of(number), site.count, site.radius));
    }
}

/// Inequivalent low-index directions of the conventional cell as seen from a site, of length 1.
std::vector<Vec3> DefectSeries::directions(const Orbit& orbit) const {
  std::vector<Vec3> seen;
  for (int code = 14; code < 27; ++code) {  // of u v w from -1 to 1 one of each and its opposite
    const core::IVec3 indices(code / 9 - 1, code / 3 % 3 - 1, code % 3 - 1);
    const Vec3 direction =
        (symmetry_.conventional.transpose() * indices.cast<double>()).normalized();
    const bool known = std::ranges::any_of(symmetry_.operations, [&](const Operation& operation) {
      if (apart(crystal_, operation(orbit.place), orbit.place) > 0.1) return false;
      const Vec3 turned =
          crystal_.to_cartesian({operation.rotation * crystal_.to_fractional(direction).value});
      return std::ranges::any_of(seen, [&](const Vec3& other) {
        return std::min((turned - other).norm(), (turned + other).norm()) < same_direction;
      });
    });
    if (!known) seen.push_back(direction);
  }
  return seen;
}

void DefectSeries::add_dumbbells() {
  const double half = options_.dumbbell_length * nearest_ / 2;
  for (std::size_t k = 0; k < orbits_.size(); ++k)
    for (const Vec3& direction : directions(orbits_[k]))
      for (const int number : extra_elements()) {
        const int own = cell_.numbers[atoms_[k]];
        Structure structure = cell_;
        const Vec3 centre = structure.positions[atoms_[k]];
        structure.positions[atoms_[k]] = centre + half * direction;
        structure.numbers.push_back(number);
        structure.positions.emplace_back(centre - half * direction);
        const Vec3 indices = symmetry_.conventional.transpose().inverse() * direction;
        const Eigen::Vector3i whole =
            (indices / indices.cwiseAbs().maxCoeff()).array().round().matrix().cast<int>();
        add(std::move(structure), "dumbbell",
            fmt::format("{}-{} dumbbell along [{} {} {}]{}", symbol_of(own), symbol_of(number),
                        whole[0], whole[1], whole[2], of_sites(orbits_[k])));
      }
}

}  // namespace

const std::vector<std::string>& defect_kinds() {
  static const std::vector<std::string> kinds = {"antisite",     "divacancy",    "dumbbell",
                                                 "interstitial", "substitution", "vacancy"};
  return kinds;
}

Defects make_defects(const Symmetry& symmetry, const DefectOptions& options) {
  DefectSeries series(symmetry, options);
  const auto wanted = [&](const char* kind) {
    return options.kinds.empty() || options.kinds.contains(kind);
  };
  if (wanted("vacancy")) series.add_vacancies();
  if (wanted("divacancy")) series.add_divacancies();
  if (wanted("antisite")) series.add_replaced(false);
  if (wanted("substitution")) series.add_replaced(true);
  if (wanted("interstitial")) series.add_interstitials();
  if (wanted("dumbbell")) series.add_dumbbells();
  return series.take();
}

}  // namespace mlip::generate
