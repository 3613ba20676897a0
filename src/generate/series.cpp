#include "generate/series.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/element.hpp"
#include "core/seed.hpp"
#include "generate/cells.hpp"
#include "generate/defects.hpp"
#include "generate/molecules.hpp"

namespace mlip::generate {

namespace {

using core::Mat3;
using core::Structure;
using core::Vec3;

constexpr int most_tries = 50;

/// `n` numbers from -1 to 1 without 0, n even.
std::vector<double> both_sides(int n) {
  std::vector<double> values;
  for (int i = -n / 2; i <= n / 2; ++i)
    if (i != 0) values.push_back(2.0 * i / n);
  return values;
}

Mat3 diagonal(double xx, double yy, double zz) {
  return Vec3(xx, yy, zz).asDiagonal().toDenseMatrix();
}

Mat3 sheared(int i, int j, double amount) {
  Mat3 strain = Mat3::Zero();
  strain(i, j) = strain(j, i) = amount / 2;
  return strain;
}

Mat3 random_strain(std::mt19937_64& engine, double volumetric, double shear) {
  Mat3 strain = Mat3::Identity() * volumetric * (2 * core::uniform(engine) - 1);
  for (int i = 0; i < 3; ++i)
    for (int j = i; j < 3; ++j) {
      const double amount = shear / 2 * (2 * core::uniform(engine) - 1);
      strain(i, j) += amount;
      if (i != j) strain(j, i) += amount;
    }
  return strain;
}

/// Ionic and covalent compounds keep their sublattices; metals mix.
bool mixes(const Crystal& crystal) {
  if (crystal.is_given())
    return std::ranges::all_of(crystal.composition,
                               [](const auto& entry) { return core::element(entry.first).metal; });
  return crystal.random || crystal.prototype == "l10" || crystal.prototype == "l12" ||
         crystal.prototype == "b2";
}

}  // namespace

Series::Series(const Options& options, const Crystal& crystal)
    : options_(options),
      crystal_(crystal),
      conventional_(perfect_cell(crystal, options.max_atoms, options.seed)),
      primitive_(smallest_cell(crystal, options.max_atoms, options.seed)) {
  if (crystal.molecule() || crystal.random)
    cells_ = {conventional_};
  else
    cells_ = without_slender(supercells(crystal, options.max_atoms));
}

std::string Series::name() const {
  return crystal_.name + " " + conventional_.formula();
}

bool Series::both_cells() const {
  return primitive_.size() < conventional_.size() &&
         conventional_.size() <= static_cast<std::size_t>(options_.max_atoms);
}

bool Series::add(Structure structure, const std::string& config_type, const std::string& origin) {
  if (!distances_allowed(structure, options_.closest)) return false;
  core::Candidate candidate;
  candidate.structure = std::move(structure);
  candidate.config_type = config_type;
  candidate.origin = origin;
  candidates_.push_back(std::move(candidate));
  return true;
}

void Series::add_strained(const Structure& cell, const Mat3& strain, const std::string& config_type,
                          const std::string& what) {
  add(core::strained(cell, strain), config_type,
      fmt::format("{}, {} atoms, {}", name(), cell.size(), what));
}

void Series::add_crystal() {
  add(primitive_, "crystal", name() + ", smallest cell");
  if (both_cells()) add(conventional_, "crystal", name() + ", conventional cell");
}

void Series::add_volumes() {
  const auto scan = [this](const Structure& cell, int volumes) {
    for (const double step : both_sides(volumes)) {
      const double strain = step * options_.volumetric_strain;
      add_strained(cell, Mat3::Identity() * strain, "volume",
                   fmt::format("linear strain {:+.4f}", strain));
    }
  };
  scan(primitive_, 8);
  if (both_cells()) scan(conventional_, 6);
}

void Series::add_shears() {
  const double s = options_.shear_strain;
  for (const double e : {-s, -s / 2, s / 2, s}) {
    // Exactly at constant volume: an expansion along one axis, its root along the others.
    const double side = 1 / std::sqrt(1 + e) - 1;
    add_strained(primitive_, diagonal(side, side, e), "shear",
                 fmt::format("tetragonal z {:+.4f}", e));
    add_strained(primitive_, diagonal(e, side, side), "shear",
                 fmt::format("tetragonal x {:+.4f}", e));
  }
  for (const double e : {s / 2, s}) {
    add_strained(primitive_, diagonal(e, 1 / (1 + e) - 1, 0), "shear",
                 fmt::format("orthorhombic {:+.4f}", e));
    add_strained(primitive_, sheared(0, 1, e), "shear", fmt::format("shear xy {:+.4f}", e));
    add_strained(primitive_, sheared(0, 2, e), "shear", fmt::format("shear xz {:+.4f}", e));
  }
}

void Series::add_alloys() {
  if (crystal_.composition.size() < 2 || !mixes(crystal_)) return;
  const auto lattices = alloy_cells(crystal_, options_.max_atoms);
  for (int item = 0; item < options_.alloys; ++item) {
    auto engine =
        core::random_engine(options_.seed, "generate alloy", static_cast<std::uint64_t>(item));
    // Quasirandom cells of all sizes, and between them the largest, which has the most decorations
    const bool random = item % 2 == 0;
    const auto back = static_cast<std::size_t>(random ? 0 : item / 2) % lattices.size();
    const Structure& lattice = lattices[lattices.size() - 1 - back];
    const Structure cell = random ? decorated(lattice, crystal_.composition, engine)
                                  : quasirandom(lattice, crystal_.composition, engine());
    cells_.push_back(cell);
    const double strain = options_.volumetric_strain / 2 * (2 * core::uniform(engine) - 1);
    add_strained(cell, Mat3::Identity() * strain, "alloy",
                 fmt::format("{} decoration {}, linear strain {:+.4f}",
                             random ? "random" : "quasirandom", item, strain));
  }
}

void Series::add_defects() {
  if (options_.defect_images <= 0 || crystal_.random) return;
  DefectOptions defects;
  defects.kinds = {"antisite", "dumbbell", "interstitial", "vacancy"};
  defects.image_distance = options_.defect_images;
  defects.closest = options_.closest;
  std::uint64_t item = 0;
  for (const auto& defect : make_defects(find_symmetry(primitive_), defects).candidates) {
    candidates_.push_back(defect);
    for (const double sigma : options_.rattle) add_rattled_copy(defect, sigma, "defect", item++);
  }
}

void Series::add_interfaces(const std::vector<core::Candidate>& interfaces) {
  std::uint64_t item = 0;
  for (const auto& interface : interfaces) {
    candidates_.push_back(interface);
    if (!options_.rattle.empty())
      add_rattled_copy(interface, options_.rattle[options_.rattle.size() / 2], "interface", item++);
  }
}

void Series::add_rattled_copy(const core::Candidate& candidate, double sigma,
                              const std::string& draws, std::uint64_t item) {
  auto engine = core::random_engine(options_.seed, "generate " + draws, item);
  for (int attempt = 0; attempt < most_tries; ++attempt)
    if (add(rattled(candidate.structure, sigma, engine()), candidate.config_type,
            fmt::format("{}, rattled by {} Å", candidate.origin, sigma)))
      return;
}

void Series::add_rattles() {
  std::size_t item = 0;
  for (const double sigma : options_.rattle)
    for (int n = 0; n < options_.rattled; ++n, ++item)
      // Largest first: they hold the most environments, and few rattles may be all there are.
      add_rattled(cells_[cells_.size() - 1 - item % cells_.size()], sigma, "rattle", item);
}

void Series::add_supercells() {
  if (options_.supercells == 0 || options_.rattle.empty()) return;
  const auto& n = options_.supercell_repeats;
  const Structure cell = core::repeat(conventional_, {n.at(0), n.at(1), n.at(2)});
  for (std::size_t k = 0; k < static_cast<std::size_t>(options_.supercells); ++k)
    add_rattled(cell, options_.rattle[k % options_.rattle.size()], "supercell", k);
}

void Series::add_rattled(const Structure& cell, double sigma, const std::string& config_type,
                         std::size_t item) {
  auto engine = core::random_engine(options_.seed, "generate " + config_type, item);
  for (int attempt = 0; attempt < most_tries; ++attempt) {
    Structure start = cell;
    if (!crystal_.molecule())
      start = core::strained(
          start, random_strain(engine, options_.volumetric_strain / 2, options_.shear_strain / 2));
    if (add(rattled(start, sigma, engine()), config_type,
            fmt::format("{}, {} atoms, rattled by {} Å", name(), cell.size(), sigma)))
      return;
  }
}

void Series::add_given_molecule() {
  add(conventional_, "molecule", name() + ", as given");
  const auto add_all = [this](const std::vector<core::Candidate>& scan) {
    for (const auto& one : scan)
      add(roomy(one.structure), one.config_type, crystal_.name + ": " + one.origin);
  };
  const BondScan scan{options_.bond_lengths, options_.closest, options_.longest_bond};
  if (scan.steps > 0) add_all(dissociations(conventional_, scan).candidates);
  if (options_.bond_angles > 0)
    add_all(bends(conventional_, options_.bond_angles, options_.closest));
}

void Series::add_molecule() {
  add(conventional_, "crystal", name() + ", molecule");
  const double bond = crystal_.lattice_constant;
  const double radii = core::element(crystal_.species[0]).covalent_radius +
                       core::element(crystal_.species[1]).covalent_radius;
  // Strong bonds are short already: compress as far as the distance rule lets us.
  const double least = std::max(0.85, 1.0001 * options_.closest * radii / bond);
  std::vector<double> stretches;
  for (const double factor :
       {least, (2 * least + 1) / 3, (least + 2) / 3, 1.05, 1.1, 1.2, 1.3, 1.5, 1.75, 2.0, 2.5, 3.0})
    stretches.push_back(factor * bond / radii);
  add_dimers(crystal_.species[0], crystal_.species[1], stretches);
}

void Series::add_clusters() {
  const auto& composition = crystal_.composition;
  for (auto a = composition.begin(); a != composition.end(); ++a)
    for (auto b = a; b != composition.end(); ++b) {
      add_dimers(a->first, b->first, {0.8, 0.9, 1.0, 1.1, 1.2, 1.35, 1.5, 1.75, 2.0, 2.5});
      for (auto c = b; c != composition.end(); ++c) add_trimers(a->first, b->first, c->first);
    }
}

void Series::add_dimers(int first, int second, const std::vector<double>& stretches) {
  const core::Element& a = core::element(first);
  const core::Element& b = core::element(second);
  for (const double stretch : stretches) {
    const double distance = stretch * (a.covalent_radius + b.covalent_radius);
    add(boxed({first, second}, {Vec3::Zero(), {0, 0, distance}}, molecule_vacuum), "dimer",
        fmt::format("{}-{} at {:.3f} Å", a.symbol, b.symbol, distance));
  }
}

void Series::add_trimers(int first, int second, int third) {
  const double mean =
      (core::element(first).covalent_radius + core::element(second).covalent_radius +
       core::element(third).covalent_radius) *
      2 / 3;
  for (const double stretch : {0.9, 1.05, 1.25})
    for (const double degrees : {60.0, 90.0, 120.0, 180.0}) {
      const double side = stretch * mean, angle = degrees * std::acos(-1.0) / 180;
      const Vec3 end(side * std::cos(angle), side * std::sin(angle), 0);
      add(boxed({first, second, third}, {Vec3(side, 0, 0), Vec3::Zero(), end}, molecule_vacuum),
          "trimer",
          fmt::format("{}-{}-{}, sides {:.3f} Å, angle {:.0f}°", core::element(first).symbol,
                      core::element(second).symbol, core::element(third).symbol, side, degrees));
    }
}

}  // namespace mlip::generate
