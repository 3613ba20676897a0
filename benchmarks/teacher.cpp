// Learning curves with and without a teacher: bench_teacher POOL.extxyz TEST.extxyz [key=value ...]
// Held-out errors of linear fits to 4, 8, 16, ... labels of the pool, chosen at random, furthest
// apart by SOAP, or D-optimal.  The teacher labels the structures of the pool and variations of
// them; DFT's labels are used of those that were chosen only.  Keys: model (sevennet-0), lessons
// (1000), seeds of the random choice (5), cutoff (6 Å), most labels (64), folds (0: the evidence
// chooses the prior of a taught fit); of the lessons random (0.25: share of cells at random), large
// (0.15: of supercells), pairs (12: of each two elements); only (all: the choices that begin so).

#include "fit/teacher.hpp"

#include <cmath>
#include <map>
#include <numeric>
#include <optional>

#include "ace/basis.hpp"
#include "ace/evaluator.hpp"
#include "core/element.hpp"
#include "core/parallel.hpp"
#include "core/seed.hpp"
#include "fit/references.hpp"
#include "fit/row_cache.hpp"
#include "fit_data.hpp"
#include "generate/lessons.hpp"
#include "select/select.hpp"
#include "surrogate/open.hpp"

using namespace mlip;
using namespace mlip::benchmark;

namespace {

using Order = std::vector<std::size_t>;

struct Experiment {
  ace::Potential basis;
  std::vector<fit::Item> pool, test;
  std::vector<double> isolated;
  fit::Options options, taught;
};

ace::BasisOptions basis_options(std::size_t elements, double cutoff) {
  if (elements == 1) return {{10, 8, 4, 2}, {0, 4, 3, 2}, cutoff};
  return {{8, 4, 2, 1}, {0, 3, 2, 1}, cutoff};
}

/// Labels of the surrogate, none where it has no answer.
std::vector<fit::Item> labelled_by(const potential::Calculator& model,
                                   std::span<const core::Structure> structures) {
  std::vector<fit::Item> items(structures.size());
  core::parallel_for(items.size(), core::thread_count(0), [&](std::size_t k) {
    const auto found = model.evaluate(structures[k]);
    items[k].structure = structures[k];
    items[k].labels = {found.energy, found.forces, {}, {}, {}};
    if (structures[k].cell.all_periodic())
      items[k].labels.stress = found.stress(structures[k].cell.volume());
  });
  return items;
}

std::vector<core::Structure> structures_of(std::span<const fit::Item> items) {
  std::vector<core::Structure> structures;
  for (const fit::Item& item : items) structures.push_back(item.structure);
  return structures;
}

Order random_order(std::size_t count, std::uint64_t seed) {
  auto engine = core::random_engine(seed, "benchmark");
  Order order(count);
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t k = count - 1; k > 0; --k)
    std::swap(order[k], order[std::size_t(core::uniform(engine) * static_cast<double>(k + 1))]);
  return order;
}

Order indices(const std::vector<select::Pick>& picks) {
  Order order;
  for (const select::Pick& pick : picks) order.push_back(pick.index);
  return order;
}

/// Orders in which the pool is labelled, by who chooses.
std::map<std::string, std::vector<Order>> choices(const Experiment& experiment, std::size_t most,
                                                  std::uint64_t seeds) {
  std::vector<core::Candidate> candidates(experiment.pool.size());
  for (std::size_t k = 0; k < candidates.size(); ++k)
    candidates[k].structure = experiment.pool[k].structure;
  soap::Options descriptor;
  for (const std::string& symbol : experiment.basis.elements)
    descriptor.species.push_back(core::atomic_number(symbol).value());
  std::map<std::string, std::vector<Order>> orders;
  for (std::uint64_t seed = 0; seed < seeds; ++seed)
    orders["random"].push_back(random_order(candidates.size(), seed));
  orders["SOAP-FPS"] = {
      indices(select::farthest_by_soap(candidates, {}, soap::Soap(descriptor), most))};
  orders["D-optimal"] = {
      indices(select::d_optimal(candidates, {}, ace::Evaluator(experiment.basis), most))};
  return orders;
}

/// Logarithms of the held-out errors of a fit to the first `count` labels of an order.
std::array<double, 2> errors(const Experiment& experiment, const Order& order, std::size_t count,
                             bool taught) {
  std::vector<fit::Item> items;
  for (std::size_t k = 0; k < count; ++k) items.push_back(experiment.pool[order[k]]);
  const fit::Fit fit = fit::fit_linear(experiment.basis, items, experiment.isolated,
                                       taught ? experiment.taught : experiment.options);
  const auto found = fit::measure(ace::Evaluator(fit.potential), experiment.test);
  return {std::log(found.energy_rmse_mev_per_atom), std::log(found.force_rmse_mev_per_a)};
}

void print_point(const Experiment& experiment, const std::string& choice,
                 const std::vector<Order>& orders, std::size_t count) {
  std::array<std::array<double, 2>, 2> means = {};
  double counted = 0;
  for (const Order& order : orders) {
    if (order.size() < count) continue;
    ++counted;
    for (const std::size_t taught : {0, 1}) {
      const auto one = errors(experiment, order, count, taught == 1);
      for (std::size_t kind : {0, 1}) means[taught][kind] += one[kind];
    }
  }
  if (counted == 0) return;
  const auto mean = [&](std::size_t taught, std::size_t kind) {
    return std::exp(means[taught][kind] / counted);
  };
  fmt::print("| {} | {} | {:.1f} | {:.1f} | {:.1f} | {:.1f} |\n", choice, count, mean(0, 1),
             mean(1, 1), mean(0, 0), mean(1, 0));
  std::fflush(stdout);
}

std::map<std::string, std::string> keys(int argc, char** argv) {
  std::map<std::string, std::string> result = {
      {"model", "sevennet-0"}, {"lessons", "1000"}, {"seeds", "5"},     {"folds", "0"},
      {"cutoff", "6"},         {"most", "64"},      {"random", "0.25"}, {"large", "0.15"},
      {"pairs", "12"},         {"only", ""}};
  for (int k = 3; k < argc; ++k) {
    const std::string text = argv[k];
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || !result.contains(text.substr(0, equals)))
      throw std::invalid_argument("no such key: " + text);
    result[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return result;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print("usage: bench_teacher POOL.extxyz TEST.extxyz [key=value ...]\n");
    return 2;
  }
  const auto key = keys(argc, argv);
  Experiment experiment;
  experiment.pool = read(argv[1]);
  experiment.test = read(argv[2]);
  const auto elements = fit::elements_of(experiment.pool);
  experiment.isolated = fit::energies_of(fit::find_references(elements, experiment.pool, {}));
  experiment.basis =
      ace::make_basis(elements, basis_options(elements.size(), std::stod(key.at("cutoff"))));
  experiment.options.energy_weight = experiment.options.stress_weight = 4;
  experiment.options.row_cache = std::make_shared<fit::RowCache>();
  experiment.taught = experiment.options;
  experiment.taught.folds = std::stoi(key.at("folds"));
  const auto surrogate = surrogate::open_surrogate(key.at("model"), core::thread_count(0));
  generate::LessonOptions lesson;
  lesson.count = std::stoi(key.at("lessons"));
  lesson.random_share = std::stod(key.at("random"));
  lesson.large_share = std::stod(key.at("large"));
  lesson.pair_distances = std::stoi(key.at("pairs"));
  const auto lessons =
      labelled_by(*surrogate.calculator, generate::lessons(structures_of(experiment.pool), lesson));
  experiment.taught.teacher =
      std::make_shared<fit::Teacher>(experiment.basis, lessons, experiment.options);
  const auto own = fit::measure(*surrogate.calculator, experiment.test);
  fmt::print(
      "{} in the pool, {} held out, {} lessons, {} functions; the teacher itself {:.1f} meV/Å\n\n",
      experiment.pool.size(), experiment.test.size(), lessons.size(),
      experiment.basis.function_count(), own.force_rmse_mev_per_a);
  fmt::print(
      "| choice | labels | F alone | F taught | E alone | E taught |\n|---|---|---|---|---|---|\n");
  const auto most = std::min(std::stoul(key.at("most")), experiment.pool.size());
  for (const auto& [choice, orders] : choices(experiment, most, std::stoul(key.at("seeds"))))
    for (std::size_t count = 4; count <= most && choice.find(key.at("only")) == 0; count *= 2)
      print_point(experiment, choice, orders, count);
  fmt::print("\n{:.0f} CPU s\n", cpu_seconds());
  return 0;
}
