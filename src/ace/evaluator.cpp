#include "ace/evaluator.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "ace/species_evaluator.hpp"
#include "core/element.hpp"
#include "core/error.hpp"
#include "core/neighbor_list.hpp"

namespace mlip::ace {

namespace {

constexpr std::size_t worth_threads = 200;  // pairs; below, waking threads costs more than it saves
/// The batches are dealt to as many sums, so that these do not depend on the number of threads.
constexpr std::size_t most_slices = 32;

std::vector<int> atomic_numbers(std::span<const std::string> elements) {
  std::vector<int> numbers;
  for (const std::string& symbol : elements) {
    const std::optional<int> number = core::atomic_number(symbol);
    if (!number)
      throw core::UserError(core::ExitCode::bad_input,
                            fmt::format("the potential's element '{}' does not exist", symbol),
                            fmt::format("did you mean '{}'?", core::nearest_symbol(symbol)));
    numbers.push_back(*number);
  }
  return numbers;
}

/// Up to eight atoms of one species.
struct Batch {
  int species;
  std::span<const std::size_t> atoms;
};

/// Atoms sorted by species and cut into batches.
struct Batches {
  std::vector<std::size_t> order;
  std::vector<Batch> list;

  explicit Batches(std::span<const int> species) : order(species.size()) {
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return species[i]; });
    for (std::size_t first = 0; first < order.size();) {
      std::size_t count = 1;
      while (count < lanes && first + count < order.size() &&
             species[order[first + count]] == species[order[first]])
        ++count;
      list.push_back({species[order[first]], std::span(order).subspan(first, count)});
      first += count;
    }
  }
};

/// Neighbours of a batch; of one thread.
struct BatchNeighbors {
  std::array<std::vector<AtomNeighbor>, lanes> neighbors;
  std::array<std::span<const AtomNeighbor>, lanes> views;

  std::span<const std::span<const AtomNeighbor>> gather(const Batch& batch,
                                                        const core::NeighborList& list,
                                                        std::span<const int> species) {
    for (std::size_t a = 0; a < batch.atoms.size(); ++a) {
      neighbors[a].clear();
      for (const core::Neighbor& each : list.of(batch.atoms[a]))
        neighbors[a].push_back({each.vector, species[static_cast<std::size_t>(each.index)]});
      views[a] = neighbors[a];
    }
    return std::span(views).first(batch.atoms.size());
  }
};

struct BatchResult {
  std::array<AtomResult, lanes> atoms;
  core::Mat3 virial = core::Mat3::Zero();

  void find_virial(std::span<const std::span<const AtomNeighbor>> neighbors) {
    virial.setZero();
    for (std::size_t a = 0; a < neighbors.size(); ++a)
      for (std::size_t k = 0; k < neighbors[a].size(); ++k)
        virial -= neighbors[a][k].vector * atoms[a].gradients[k].transpose();
  }
};

/// Sums over some of the batches, made where their gradients are still in the cache.
struct Slice {
  std::vector<core::Vec3> forces;
  core::Mat3 virial;
};

void add_forces(const Batch& batch, const BatchResult& result, const core::NeighborList& list,
                std::span<core::Vec3> forces) {
  for (std::size_t a = 0; a < batch.atoms.size(); ++a) {
    const auto neighbors = list.of(batch.atoms[a]);
    core::Vec3 own = core::Vec3::Zero();
    for (std::size_t k = 0; k < neighbors.size(); ++k) {
      const core::Vec3& gradient = result.atoms[a].gradients[k];
      own += gradient;
      forces[static_cast<std::size_t>(neighbors[k].index)] -= gradient;
    }
    forces[batch.atoms[a]] += own;
  }
}

void keep(const Batch& batch, const BatchResult& batch_result, potential::Evaluation& evaluation) {
  for (std::size_t a = 0; a < batch.atoms.size(); ++a) {
    const std::size_t i = batch.atoms[a];
    const AtomResult& result = batch_result.atoms[a];
    evaluation.energies[i] = result.energy;
    if (!evaluation.gamma.empty()) evaluation.gamma[i] = result.gamma;
    if (!evaluation.descriptors.empty())
      evaluation.descriptors[i] = Eigen::Map<const Eigen::VectorXd>(
          result.projections.data(), static_cast<Eigen::Index>(result.projections.size()));
  }
}

}  // namespace

struct Evaluator::Tables {
  std::vector<std::string> elements;
  std::vector<int> numbers;
  std::vector<SpeciesEvaluator> species;
  double cutoff = 0;
  bool has_functions = false, has_active_set = false;
  std::array<int, core::largest_atomic_number + 1> species_of{};

  Tables(const CTildePotential& potential, std::span<const std::vector<Function>> functions,
         RadialMode mode)
      : elements(potential.elements),
        numbers(atomic_numbers(potential.elements)),
        has_functions(!functions.empty()) {
    species_of.fill(-1);
    for (const Bond& bond : potential.bonds) cutoff = std::max(cutoff, bond.rcut);
    const double bin_width = mode == RadialMode::spline ? potential.delta_spline_bins : 0;
    for (std::size_t mu = 0; mu < elements.size(); ++mu) {
      species_of[static_cast<std::size_t>(numbers[mu])] = static_cast<int>(mu);
      species.emplace_back(potential, numbers, static_cast<int>(mu),
                           has_functions ? std::span(functions[mu]) : std::span<const Function>(),
                           bin_width);
    }
  }

  void set_grades(const Potential& potential, const ActiveSetInverse& active_set) {
    has_active_set = !active_set.empty();
    for (std::size_t mu = 0; has_active_set && mu < species.size(); ++mu)
      species[mu].set_grade(Grade(active_set, elements[mu], potential.functions[mu].size(),
                                  potential.embeddings[mu].densities()));
  }

  [[nodiscard]] std::vector<int> species_indices(const core::Structure& structure) const {
    std::vector<int> indices;
    for (int number : structure.numbers) {
      const int mu = number < 1 || number > core::largest_atomic_number
                         ? -1
                         : species_of[static_cast<std::size_t>(number)];
      if (mu < 0)
        throw core::UserError(core::ExitCode::bad_input,
                              fmt::format("the potential does not know element {} (it knows {})",
                                          number < 1 || number > core::largest_atomic_number
                                              ? fmt::format("number {}", number)
                                              : fmt::format("'{}'", core::element(number).symbol),
                                          fmt::join(elements, ", ")),
                              "use a potential fitted for all elements of the structure");
      indices.push_back(mu);
    }
    return indices;
  }
};

Evaluator::Evaluator(const Potential& potential, const ActiveSetInverse& active_set,
                     RadialMode mode) {
  auto tables = std::make_unique<Tables>(to_ctilde(potential), potential.functions, mode);
  tables->set_grades(potential, active_set);
  tables_ = std::move(tables);
}

Evaluator::Evaluator(const CTildePotential& potential, RadialMode mode)
    : tables_(std::make_unique<const Tables>(potential, std::span<const std::vector<Function>>(),
                                             mode)) {}

Evaluator::Evaluator(Evaluator&&) noexcept = default;
Evaluator::~Evaluator() = default;

double Evaluator::cutoff() const {
  return tables_->cutoff;
}

bool Evaluator::has_active_set() const {
  return tables_->has_active_set;
}

std::optional<int> Evaluator::species_of(int atomic_number) const {
  if (atomic_number < 1 || atomic_number > core::largest_atomic_number) return {};
  const int mu = tables_->species_of[static_cast<std::size_t>(atomic_number)];
  return mu < 0 ? std::nullopt : std::optional(mu);
}

void Evaluator::atoms(int species, std::span<const std::span<const AtomNeighbor>> neighbors,
                      const potential::Request& request, std::span<AtomResult> results) const {
  MLIP_ASSERT(species >= 0 && static_cast<std::size_t>(species) < tables_->species.size());
  MLIP_ASSERT(results.size() == neighbors.size());
  const potential::Request known = {request.gamma && tables_->has_active_set,
                                    request.descriptors && tables_->has_functions};
  for (std::size_t first = 0; first < neighbors.size(); first += lanes) {
    const std::size_t count = std::min(lanes, neighbors.size() - first);
    tables_->species[static_cast<std::size_t>(species)].evaluate(
        neighbors.subspan(first, count), known, results.subspan(first, count));
  }
}

void Evaluator::atom(int species, std::span<const AtomNeighbor> neighbors,
                     const potential::Request& request, AtomResult& result) const {
  atoms(species, std::span(&neighbors, 1), request, std::span(&result, 1));
}

potential::Evaluation Evaluator::evaluate(const core::Structure& structure,
                                          const potential::Request& request) const {
  if (structure.size() == 0) return {};
  return evaluate(structure, core::NeighborList(structure, tables_->cutoff), request);
}

potential::Evaluation Evaluator::evaluate(const core::Structure& structure,
                                          const core::NeighborList& list,
                                          const potential::Request& request) const {
  const std::vector<int> species = tables_->species_indices(structure);
  const std::size_t n = structure.size();
  potential::Evaluation evaluation;
  evaluation.energies.resize(n);
  evaluation.forces.assign(n, core::Vec3::Zero());
  if (request.gamma && tables_->has_active_set) evaluation.gamma.resize(n);
  if (request.descriptors && tables_->has_functions) evaluation.descriptors.resize(n);
  const Batches batches(species);
  const std::size_t count = batches.list.size(), slices = std::min(count, most_slices);
  thread_local std::vector<Slice> slices_of_thread(most_slices);
  std::vector<Slice>& slice = slices_of_thread;
#pragma omp parallel for schedule(dynamic) if (list.size() >= worth_threads)
  for (std::size_t s = 0; s < slices; ++s) {
    thread_local BatchNeighbors gathered;
    thread_local BatchResult result;
    slice[s].forces.assign(n, core::Vec3::Zero());
    slice[s].virial.setZero();
    for (std::size_t b = s * count / slices; b < (s + 1) * count / slices; ++b) {
      const Batch& batch = batches.list[b];
      const auto neighbors = gathered.gather(batch, list, species);
      atoms(batch.species, neighbors, request, std::span(result.atoms).first(neighbors.size()));
      result.find_virial(neighbors);
      keep(batch, result, evaluation);
      add_forces(batch, result, list, slice[s].forces);
      slice[s].virial += result.virial;
    }
  }
  for (std::size_t s = 0; s < slices; ++s) {
    for (std::size_t i = 0; i < n; ++i) evaluation.forces[i] += slice[s].forces[i];
    evaluation.virial += slice[s].virial;
  }
  for (double each : evaluation.energies) evaluation.energy += each;
  evaluation.virial = (0.5 * (evaluation.virial + evaluation.virial.transpose())).eval();
  return evaluation;
}

}  // namespace mlip::ace
