#include "fit/teacher.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <utility>

#include "ace/projector.hpp"
#include "core/error.hpp"
#include "core/parallel.hpp"
#include "fit/model.hpp"
#include "potential/lapack.hpp"

namespace mlip::fit {

namespace {

constexpr std::size_t teacher_lanes = 16;
/// The smoothness that holds the prior where the teacher says little, against the one the teacher's
/// own labels ask for.
constexpr std::array<double, 4> smoothness_factors = {1, 1e2, 1e4, 1e6};

/// Of atoms alone among crystals: electron volts of binding that functions of crystals cannot
/// follow would pass for doubt of all that is learnt.
constexpr double lone_weight = 0.2;

double largest_force(const Item& lesson) {
  double largest = 0;
  for (const core::Vec3& force : lesson.labels.forces) largest = std::max(largest, force.norm());
  return largest;
}

void tame(std::vector<Item>& lessons) {
  if (lessons.empty()) return;
  std::vector<double> forces;
  for (const Item& lesson : lessons) forces.push_back(largest_force(lesson));
  const auto middle = forces.begin() + std::ssize(forces) / 2;
  std::ranges::nth_element(forces, middle);
  const double violent = *middle > 0 ? std::min(violent_force, 3 * *middle) : violent_force;
  const auto periodic = [](const Item& lesson) { return lesson.structure.cell.any_periodic(); };
  const bool crystals = std::ranges::any_of(lessons, periodic);
  for (Item& lesson : lessons) {
    lesson.weight *= violent / (violent + largest_force(lesson));
    if (crystals && !periodic(lesson)) lesson.weight *= lone_weight;
  }
}

/// What a teacher's rows say with one prior of smoothness, at its likeliest strength.
struct Smoothed {
  Eigen::VectorXd widths;
  Ridge ridge;
  double strength = 0, log_evidence = 0;
};

Smoothed smoothed(const ace::Potential& basis, const Options& options, double decay,
                  const Eigen::MatrixXd& factor, const Eigen::VectorXd& target,
                  std::pair<double, std::size_t> rest) {
  Eigen::VectorXd widths = prior_widths(basis, options.smoothness_power, decay);
  Ridge ridge({factor * widths.asDiagonal(), target, rest.first, rest.second});
  const double strength = ridge.best_strength(), evidence = ridge.log_evidence(strength);
  return {std::move(widths), std::move(ridge), strength, evidence};
}

}  // namespace

Teacher::Teacher(const ace::Potential& basis, std::vector<Item> lessons, const Options& options)
    : basis_(basis),
      lessons_(std::move(lessons)),
      columns_(basis),
      kinds_{Triangle(0), Triangle(0), Triangle(0)} {
  tame(lessons_);
  const std::vector<double> from_nothing(basis.species(), 0);
  basis_ = bare_model(basis, lessons_, from_nothing, options);
  const potential::SingleThreadedBlas single_threaded;
  const Eigen::Index columns = columns_.total() + static_cast<Eigen::Index>(basis_.species());
  std::vector<Kinds> parts(teacher_lanes,
                           Kinds{Triangle(columns), Triangle(columns), Triangle(columns)});
  core::parallel_for(teacher_lanes, core::thread_count(options.threads), [&](std::size_t lane) {
    parts[lane] = rows_of(lane, teacher_lanes, options);
  });
  kinds_ = std::move(parts.front());
  for (std::size_t lane = 1; lane < teacher_lanes; ++lane) {
    kinds_.energy.merge(parts[lane].energy);
    kinds_.forces.merge(parts[lane].forces);
    kinds_.stress.merge(parts[lane].stress);
  }
  if (kinds_.energy.rows() + kinds_.forces.rows() + kinds_.stress.rows() == 0)
    throw core::UserError(core::ExitCode::failed, "the teacher has labelled no structure");
}

Teacher::Kinds Teacher::rows_of(std::size_t first, std::size_t stride,
                                const Options& options) const {
  const auto species = static_cast<Eigen::Index>(basis_.species());
  const Eigen::Index columns = columns_.total() + species;
  Kinds kinds{Triangle(columns), Triangle(columns), Triangle(columns)};
  const ace::Projector projector(basis_);
  RowBuilder builder(projector, columns_, basis_.cutoff());
  Rows rows;
  for (std::size_t k = first; k < lessons_.size(); k += stride) {
    const Item& item = lessons_[k];
    const Wanted wanted = wanted_labels(item, options, k);
    const std::vector<double*> nowhere(item.structure.size(), nullptr);
    builder.build(item, wanted, basis_.E0, nowhere, rows);
    RowMatrix matrix = RowMatrix::Zero(wanted.rows(), columns);
    matrix.rightCols(columns_.total()) = rows.matrix;
    if (wanted.energy)
      for (const int s : columns_.species_of(item.structure))
        matrix(0, s) += 1 / static_cast<double>(item.structure.size());
    const auto part = [&](Triangle& triangle, Eigen::Index start, Eigen::Index count) {
      if (count > 0)
        triangle.add(matrix.middleRows(start, count), rows.labels.segment(start, count),
                     rows.weights.segment(start, count));
    };
    const Eigen::Index energies = wanted.energy ? 1 : 0, stresses = wanted.stress ? 6 : 0;
    part(kinds.energy, 0, energies);
    part(kinds.forces, energies, wanted.rows() - energies - stresses);
    part(kinds.stress, wanted.rows() - stresses, stresses);
  }
  return kinds;
}

Triangle Teacher::weighted(const Options& options) const {
  Triangle sum(kinds_.forces.columns());
  sum.merge(kinds_.forces, options.force_weight);
  sum.merge(kinds_.stress, options.stress_weight);
  sum.merge(kinds_.energy, options.energy_weight);
  sum.flush();
  return sum;
}

std::vector<Prior> Teacher::priors(const Options& options) const {
  const Triangle rows = weighted(options);
  const Eigen::Index p = columns_.total();
  // The constants come first: without their rows and columns they are whatever fits best.
  const Eigen::MatrixXd factor = rows.factor().bottomRightCorner(p, p);
  const Eigen::VectorXd target = rows.target().tail(p);
  std::vector<Smoothed> all;
  for (const double decay : order_decays)
    all.push_back(
        smoothed(basis_, options, decay, factor, target, {rows.residual_squares(), rows.rows()}));
  const Smoothed& best = *std::ranges::max_element(all, {}, &Smoothed::log_evidence);
  const Eigen::MatrixXd whitened = factor * best.widths.asDiagonal();
  std::vector<Prior> priors;
  for (const double smoothness : smoothness_factors) {
    const double strength = smoothness * best.strength;
    priors.push_back({best.widths.cwiseProduct(best.ridge.solve(strength)),
                      {best.widths, inverse_root(whitened, strength)}});
  }
  return priors;
}

Fit Teacher::alone(const std::vector<double>& isolated, const Options& options) const {
  Options plain = options;
  plain.teacher = nullptr;
  plain.row_cache = nullptr;
  plain.folds = 0;
  return fit_linear(basis_, lessons_, isolated, plain);
}

}  // namespace mlip::fit
