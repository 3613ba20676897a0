#include "fit/linear.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <utility>

#include "ace/evaluator.hpp"
#include "ace/projector.hpp"
#include "core/error.hpp"
#include "core/seed.hpp"
#include "fit/core_repulsion.hpp"
#include "fit/parallel.hpp"
#include "fit/prior.hpp"
#include "fit/rows.hpp"
#include "fit/triangle.hpp"
#include "potential/active_set.hpp"
#include "potential/lapack.hpp"

namespace mlip::fit {

namespace {

/// Of the spread a function has over the atoms: what counts as extrapolation in directions no atom
/// spans.
constexpr double unseen_spread = 0.1;

/// Everything the rows are made from.
struct Task {
  std::span<const Item> items;
  std::span<const double> isolated;
  const Options& options;
  const Columns& columns;
  std::vector<Wanted> wanted;
  int threads;
};

/// What the assembly leaves: the triangle of all rows and the projections of all unmasked atoms, a
/// matrix (functions × atoms) a species.
struct Assembly {
  std::vector<Triangle> folds;
  std::vector<Eigen::MatrixXd> projections;
};

class Clock {
 public:
  [[nodiscard]] double lap() {
    const auto now = std::chrono::steady_clock::now();
    return std::chrono::duration<double>(now - std::exchange(start_, now)).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

Task plan(const ace::Potential& basis, std::span<const Item> items, const Columns& columns,
          const std::vector<double>& isolated, const Options& options) {
  MLIP_ASSERT(isolated.size() == basis.species());
  Task task{items, isolated, options, columns, {}, thread_count(options.threads)};
  Eigen::Index rows = 0;
  for (std::size_t k = 0; k < items.size(); ++k) {
    (void)columns.species_of(items[k].structure);
    task.wanted.push_back(wanted_labels(items[k], options, k));
    rows += task.wanted.back().rows();
  }
  if (rows == 0)
    throw core::UserError(
        core::ExitCode::failed,
        fmt::format("nothing to fit: none of the {} structures has an unmasked label of "
                    "positive weight",
                    items.size()),
        "check that labels were accepted and that the fit weights are positive");
  return task;
}

/// The model before its coefficients: one density, E0, a core below the shortest distances.
ace::Potential bare_model(const ace::Potential& basis, const Task& task) {
  ace::Potential model = basis;
  model.E0.assign(task.isolated.begin(), task.isolated.end());
  for (ace::Embedding& embedding : model.embeddings) {
    embedding.kind = ace::EmbeddingKind::finnis_sinclair_shifted_scaled;
    embedding.parameters = {1, 1};
  }
  for (auto& functions : model.functions)
    for (ace::Function& function : functions) function.coefficients.assign(1, 0);
  add_core_repulsion(model, shortest_distances(basis, task.items, task.threads),
                     task.options.zbl_inner_cutoff);
  return model;
}

/// As many folds as asked for and as there are structures for; one where none are asked for.
std::size_t fold_count(const Task& task, std::size_t structures) {
  return std::clamp<std::size_t>(static_cast<std::size_t>(std::max(0, task.options.folds)), 1,
                                 std::max<std::size_t>(1, structures));
}

/// Deals the structures to lanes, biggest first; lane k belongs to fold k % folds.  Their number
/// depends on the problem only, never on the threads, so that every sum has one order.
std::vector<std::vector<std::size_t>> deal(const Task& task) {
  const Eigen::Index columns = task.columns.total() + 1;
  Eigen::Index rows = 0;
  std::vector<std::size_t> order;
  for (std::size_t k = 0; k < task.items.size(); ++k) {
    rows += task.wanted[k].rows();
    if (task.wanted[k].rows() > 0) order.push_back(k);
  }
  std::ranges::stable_sort(order, std::greater{},
                           [&](std::size_t k) { return task.items[k].structure.size(); });
  constexpr Eigen::Index most = 32, memory = Eigen::Index{1} << 26;
  const Eigen::Index wanted = std::min(rows / (2 * columns), memory / (columns * columns));
  const auto folds = static_cast<Eigen::Index>(fold_count(task, order.size()));
  const Eigen::Index of_a_fold = std::clamp<Eigen::Index>(wanted / folds, 1, most);
  std::vector<std::vector<std::size_t>> lanes(static_cast<std::size_t>(folds * of_a_fold));
  for (std::size_t k = 0; k < order.size(); ++k) lanes[k % lanes.size()].push_back(order[k]);
  return lanes;
}

/// Where each atom's projections go; null for masked atoms and structures that are not fitted.
std::vector<std::vector<double*>> places(const Task& task,
                                         std::vector<Eigen::MatrixXd>& projections) {
  std::vector<std::vector<std::pair<int, Eigen::Index>>> slots(task.items.size());
  std::vector<Eigen::Index> counts(projections.size(), 0);
  for (std::size_t k = 0; k < task.items.size(); ++k) {
    const Item& item = task.items[k];
    const std::vector<int> species = task.columns.species_of(item.structure);
    for (std::size_t i = 0; i < item.structure.size(); ++i) {
      const bool counted =
          task.wanted[k].rows() > 0 && (item.force_mask.empty() || item.force_mask[i] > 0);
      slots[k].emplace_back(species[i],
                            counted ? counts[static_cast<std::size_t>(species[i])]++ : -1);
    }
  }
  for (std::size_t s = 0; s < projections.size(); ++s)
    projections[s].resize(task.columns.count(static_cast<int>(s)), counts[s]);
  std::vector<std::vector<double*>> pointers(task.items.size());
  for (std::size_t k = 0; k < task.items.size(); ++k)
    for (const auto& [species, slot] : slots[k])
      pointers[k].push_back(
          slot < 0 ? nullptr : projections[static_cast<std::size_t>(species)].col(slot).data());
  return pointers;
}

/// The lanes of each fold in one, halving their number at a time.
std::vector<Triangle> merged(std::vector<Triangle>& lanes, std::size_t folds, int threads) {
  for (std::size_t stride = folds; stride < lanes.size(); stride *= 2)
    parallel_for(lanes.size(), threads, [&](std::size_t lane) {
      if (lane % (2 * stride) < folds && lane + stride < lanes.size())
        lanes[lane].merge(lanes[lane + stride]);
    });
  lanes.erase(lanes.begin() + static_cast<std::ptrdiff_t>(folds), lanes.end());
  return std::move(lanes);
}

Assembly assemble(const ace::Potential& model, const Task& task) {
  const ace::Projector projector(model);
  std::vector<Eigen::MatrixXd> projections(model.species());
  const auto targets = places(task, projections);
  const auto lanes = deal(task);
  std::vector<Triangle> triangles(lanes.size(), Triangle(task.columns.total()));
  parallel_for(lanes.size(), task.threads, [&](std::size_t lane) {
    RowBuilder builder(projector, task.columns, model.cutoff());
    Rows rows;
    for (std::size_t k : lanes[lane]) {
      builder.build(task.items[k], task.wanted[k], task.isolated, task.options, targets[k], rows);
      triangles[lane].add(rows.matrix, rows.labels, rows.weights);
    }
    triangles[lane].flush();
  });
  const auto fitted = static_cast<std::size_t>(
      std::ranges::count_if(task.wanted, [](const Wanted& w) { return w.rows() > 0; }));
  return {merged(triangles, fold_count(task, fitted), task.threads), std::move(projections)};
}

void set_coefficients(const Eigen::VectorXd& coefficients, ace::Potential& potential) {
  Eigen::Index column = 0;
  for (auto& functions : potential.functions)
    for (ace::Function& function : functions) function.coefficients = {coefficients[column++]};
}

}  // namespace

Fit fit_linear(const ace::Potential& basis, std::span<const Item> items,
               const std::vector<double>& isolated_energies, const Options& options,
               const Eigen::VectorXd& prior_mean) {
  const Columns columns(basis);
  MLIP_ASSERT(prior_mean.size() == 0 || prior_mean.size() == columns.total());
  const Task task = plan(basis, items, columns, isolated_energies, options);
  const potential::SingleThreadedBlas single_threaded;
  Fit fit;
  fit.potential = bare_model(basis, task);
  Clock clock;
  Assembly assembly = assemble(fit.potential, task);
  fit.assembly_seconds = clock.lap();
  Learnt learnt = learn(fit.potential, options.smoothness_power,
                        prior_mean.size() > 0 ? prior_mean : Eigen::VectorXd::Zero(columns.total()),
                        std::move(assembly.folds), task.threads);
  fit.information = std::move(learnt.information);
  fit.log_evidence = learnt.log_evidence;
  fit.prior_strength = fit.information.strength;
  set_coefficients(fit.information.mean, fit.potential);
  fit.solve_seconds = clock.lap();
  parallel_for(basis.species(), task.threads, [&](std::size_t s) {
    fit.active_set[basis.elements[s]] =
        potential::active_set(potential::with_spread(assembly.projections[s], unseen_spread))
            .inverse;
  });
  fit.active_set_seconds = clock.lap();
  fit.train = measure(ace::Evaluator(fit.potential), items);
  return fit;
}

std::vector<ace::Potential> committee(const Fit& fit, std::size_t members, std::uint64_t seed) {
  std::vector<ace::Potential> potentials(members, fit.potential);
  const Posterior posterior(fit.information);
  for (std::size_t k = 0; k < members; ++k) {
    auto engine = core::random_engine(seed, "committee", k);
    set_coefficients(posterior.sample(engine), potentials[k]);
  }
  return potentials;
}

}  // namespace mlip::fit
