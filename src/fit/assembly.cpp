#include "fit/assembly.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "ace/projector.hpp"
#include "core/error.hpp"
#include "core/parallel.hpp"
#include "fit/row_cache.hpp"

namespace mlip::fit {

namespace {

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
std::vector<KindRows> merged(std::vector<KindRows>& lanes, std::size_t folds, int threads) {
  for (std::size_t stride = folds; stride < lanes.size(); stride *= 2)
    core::parallel_for(lanes.size(), threads, [&](std::size_t lane) {
      if (lane % (2 * stride) >= folds || lane + stride >= lanes.size()) return;
      lanes[lane].merge(lanes[lane + stride]);
      lanes[lane + stride] = KindRows(0);
    });
  lanes.erase(lanes.begin() + static_cast<std::ptrdiff_t>(folds), lanes.end());
  return std::move(lanes);
}

void add(const Rows& rows, const Wanted& wanted, const Task& task, KindRows& to) {
  const Eigen::Index energies = wanted.energy ? 1 : 0, stresses = wanted.stress ? 6 : 0;
  const auto part = [&](Triangle& triangle, Eigen::Index start, Eigen::Index count) {
    if (count == 0) return;
    const auto labels = rows.labels.segment(start, count);
    const auto weights = rows.weights.segment(start, count);
    if (task.order.empty())
      triangle.add(rows.matrix.middleRows(start, count), labels, weights);
    else
      triangle.add(rows.matrix.middleRows(start, count)(Eigen::all, task.order), labels, weights);
  };
  part(to.energy, 0, energies);
  part(to.forces, energies, wanted.rows() - energies - stresses);
  part(to.stress, wanted.rows() - stresses, stresses);
}

/// Rows of a structure, kept from an earlier fit or made.
void find_rows(const Task& task, std::size_t k, RowBuilder& builder,
               std::span<double* const> targets, Rows& rows) {
  const Item& item = task.items[k];
  const Wanted& wanted = task.wanted[k];
  RowCache* cache = task.options.row_cache.get();
  if (!cache) return builder.build(item, wanted, task.isolated, targets, rows);
  const std::string key = key_of(item.structure, wanted, targets);
  if (const auto kept = cache->find(key)) {
    builder.label(item, wanted, task.isolated, rows);
    rows.matrix = kept->matrix;
    for (std::size_t i = 0; i < targets.size(); ++i)
      std::ranges::copy(kept->projections[i], targets[i]);
    return;
  }
  builder.build(item, wanted, task.isolated, targets, rows);
  std::vector<Eigen::VectorXd> projections(targets.size());
  const std::vector<int> species = task.columns.species_of(item.structure);
  for (std::size_t i = 0; i < targets.size(); ++i)
    if (targets[i])
      projections[i] = Eigen::Map<Eigen::VectorXd>(targets[i], task.columns.count(species[i]));
  cache->keep(key, {rows.matrix, std::move(projections)});
}

}  // namespace

void KindRows::merge(const KindRows& other) {
  energy.merge(other.energy);
  forces.merge(other.forces);
  stress.merge(other.stress);
}

Triangle weighted(const KindRows& rows, const Options& options) {
  Triangle sum(rows.forces.columns());
  sum.merge(rows.forces, options.force_weight);
  sum.merge(rows.stress, options.stress_weight);
  sum.merge(rows.energy, options.energy_weight);
  sum.flush();
  return sum;
}

Task make_task(std::span<const Item> items, const Columns& columns,
               std::span<const double> isolated, const Options& options) {
  Task task{items, isolated, options, columns, {}, {}, core::thread_count(options.threads)};
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

Assembly assemble(const ace::Potential& model, const Task& task) {
  if (task.options.row_cache) task.options.row_cache->begin(model);
  const ace::Projector projector(model);
  std::vector<Eigen::MatrixXd> projections(model.species());
  const auto targets = places(task, projections);
  const auto lanes = deal(task);
  std::vector<KindRows> kinds(lanes.size(), KindRows(task.columns.total()));
  std::atomic<std::size_t> done = 0;
  core::parallel_for(lanes.size(), task.threads, [&](std::size_t lane) {
    RowBuilder builder(projector, task.columns, model.cutoff());
    Rows rows;
    for (std::size_t k : lanes[lane]) {
      find_rows(task, k, builder, targets[k], rows);
      add(rows, task.wanted[k], task, kinds[lane]);
      if (task.options.progress) task.options.progress(++done, task.items.size());
    }
  });
  const auto fitted = static_cast<std::size_t>(
      std::ranges::count_if(task.wanted, [](const Wanted& w) { return w.rows() > 0; }));
  return {merged(kinds, fold_count(task, fitted), task.threads), std::move(projections)};
}

}  // namespace mlip::fit
