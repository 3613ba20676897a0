#include "ace/evaluator.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "ace/atomic_base.hpp"
#include "ace/core_switch.hpp"
#include "ace/embedding.hpp"
#include "ace/energy_program.hpp"
#include "ace/function_program.hpp"
#include "ace/grade.hpp"
#include "ace/neighbor_forces.hpp"
#include "core/element.hpp"
#include "core/error.hpp"
#include "core/neighbor_list.hpp"

namespace mlip::ace {

namespace {

constexpr std::size_t worth_threads = 200;  // pairs; below, waking threads costs more than it saves

/// Everything one central species needs.
struct Species {
  AtomicBase base;
  EnergyProgram energy;
  CoreSwitch core;
  Embedding embedding;
  double E0;
  FunctionProgram functions;  // only of a B-basis potential
  Grade grade;
};

struct Scratch {
  Neighborhood hood;
  EnergyScratch energy;
  CoreSwitch::State core;
  std::vector<double> rho, slopes, seed, dA, projections;
};

Scratch& scratch_of_thread() {
  thread_local Scratch scratch;
  return scratch;
}

/// Σ_p w_p F(ρ_p); slopes_p = w_p F'(ρ_p).
double embedded(const Embedding& embedding, Scratch& scratch) {
  double energy = 0;
  for (std::size_t p = 0; p < scratch.rho.size(); ++p) {
    const double w = embedding.parameters[2 * p];
    const Slope F = embed(embedding.kind, scratch.rho[p], embedding.parameters[2 * p + 1]);
    energy += w * F.value;
    scratch.slopes[p] = w * F.derivative;
  }
  return energy;
}

void many_body_gradients(const Species& species, std::span<const AtomNeighbor> neighbors,
                         Scratch& scratch, std::vector<core::Vec3>& gradients) {
  gradients.assign(neighbors.size(), core::Vec3::Zero());
  scratch.seed = scratch.slopes;
  for (double& each : scratch.seed) each *= scratch.core.factor.value;
  const BaseShape& shape = species.base.shape();
  scratch.dA.resize(shape.size());
  backward(species.energy, shape, scratch.seed.data(), scratch.energy, scratch.dA.data());
  add_neighbor_gradients(shape, scratch.hood, scratch.dA.data(), gradients);
}

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

}  // namespace

struct Evaluator::Tables {
  std::vector<std::string> elements;
  std::vector<int> numbers;
  std::vector<Species> species;
  double cutoff = 0;
  bool has_functions = false, has_active_set = false;
  std::array<int, core::largest_atomic_number + 1> species_of{};

  explicit Tables(const CTildePotential& potential)
      : elements(potential.elements), numbers(atomic_numbers(potential.elements)) {
    species_of.fill(-1);
    for (const Bond& bond : potential.bonds) cutoff = std::max(cutoff, bond.rcut);
    const auto n = static_cast<int>(elements.size());
    for (int mu = 0; mu < n; ++mu) {
      const auto i = static_cast<std::size_t>(mu);
      species_of[static_cast<std::size_t>(numbers[i])] = mu;
      AtomicBase base(potential.bonds, n, mu);
      EnergyProgram energy =
          compile(potential.functions[i], potential.embeddings[i].densities(), base.shape());
      species.push_back({std::move(base),
                         std::move(energy),
                         CoreSwitch(potential.bonds, numbers, mu, potential.embeddings[i]),
                         potential.embeddings[i],
                         i < potential.E0.size() ? potential.E0[i] : 0,
                         {},
                         {}});
    }
  }

  void add_functions(const Potential& potential, const ActiveSetInverse& active_set) {
    has_functions = true;
    has_active_set = !active_set.empty();
    for (std::size_t mu = 0; mu < species.size(); ++mu) {
      species[mu].functions = compile(potential.functions[mu], species[mu].base.shape());
      if (has_active_set)
        species[mu].grade = Grade(active_set, elements[mu], potential.functions[mu].size(),
                                  potential.embeddings[mu].densities());
    }
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

Evaluator::Evaluator(const Potential& potential, const ActiveSetInverse& active_set) {
  auto tables = std::make_unique<Tables>(to_ctilde(potential));
  tables->add_functions(potential, active_set);
  tables_ = std::move(tables);
}

Evaluator::Evaluator(const CTildePotential& potential)
    : tables_(std::make_unique<const Tables>(potential)) {}

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

void Evaluator::atom(int species, std::span<const AtomNeighbor> neighbors,
                     const potential::Request& request, AtomResult& result) const {
  MLIP_ASSERT(species >= 0 && static_cast<std::size_t>(species) < tables_->species.size());
  const Species& own = tables_->species[static_cast<std::size_t>(species)];
  Scratch& scratch = scratch_of_thread();
  own.base.gather(neighbors, scratch.hood);
  own.base.accumulate(scratch.hood);
  scratch.rho.resize(static_cast<std::size_t>(own.energy.densities));
  scratch.slopes.resize(scratch.rho.size());
  forward(own.energy, own.base.shape(), scratch.hood.A.data(), scratch.energy, scratch.rho.data());
  const double many_body = embedded(own.embedding, scratch);
  own.core.evaluate(neighbors, scratch.core);
  result.energy = own.core.energy(many_body, scratch.core) + own.E0;
  many_body_gradients(own, neighbors, scratch, result.gradients);
  own.core.add_gradients(neighbors, many_body, scratch.core, result.gradients);

  const bool graded = request.gamma && tables_->has_active_set;
  if (!tables_->has_functions || (!graded && !request.descriptors)) return;
  scratch.projections.resize(own.functions.functions);
  evaluate_values(own.functions, scratch.hood.A.data(), scratch.projections.data());
  if (request.descriptors) result.projections = scratch.projections;
  if (graded) result.gamma = own.grade.of(scratch.projections, scratch.slopes);
}

potential::Evaluation Evaluator::evaluate(const core::Structure& structure,
                                          const potential::Request& request) const {
  const std::vector<int> species = tables_->species_indices(structure);
  const std::size_t n = structure.size();
  potential::Evaluation evaluation;
  evaluation.energies.resize(n);
  evaluation.forces.assign(n, core::Vec3::Zero());
  if (request.gamma && tables_->has_active_set) evaluation.gamma.resize(n);
  if (request.descriptors && tables_->has_functions) evaluation.descriptors.resize(n);
  if (n == 0) return evaluation;
  const core::NeighborList list(structure, tables_->cutoff);
  std::vector<AtomResult> results(n);
#pragma omp parallel for schedule(dynamic) if (list.size() >= worth_threads)
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<AtomNeighbor> neighbors;
    for (const core::Neighbor& each : list.of(i))
      neighbors.push_back({each.vector, species[static_cast<std::size_t>(each.index)]});
    atom(species[i], neighbors, request, results[i]);
  }
  for (std::size_t i = 0; i < n; ++i) {
    evaluation.energies[i] = results[i].energy;
    evaluation.energy += results[i].energy;
    const auto neighbors = list.of(i);
    for (std::size_t k = 0; k < neighbors.size(); ++k) {
      const core::Vec3& gradient = results[i].gradients[k];
      evaluation.forces[i] += gradient;
      evaluation.forces[static_cast<std::size_t>(neighbors[k].index)] -= gradient;
      evaluation.virial -= neighbors[k].vector * gradient.transpose();
    }
    if (!evaluation.gamma.empty()) evaluation.gamma[i] = results[i].gamma;
    if (!evaluation.descriptors.empty())
      evaluation.descriptors[i] = Eigen::Map<const Eigen::VectorXd>(
          results[i].projections.data(), static_cast<Eigen::Index>(results[i].projections.size()));
  }
  evaluation.virial = (0.5 * (evaluation.virial + evaluation.virial.transpose())).eval();
  return evaluation;
}

}  // namespace mlip::ace
