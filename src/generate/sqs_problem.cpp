#include "generate/sqs_problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/element.hpp"
#include "core/error.hpp"

namespace mlip::generate {

namespace {

std::string symbol_of(int number) {
  return number == 0 ? "X" : std::string(core::element(number).symbol);
}

[[noreturn]] void refuse_order(const std::string& what, const char* remedy) {
  throw core::UserError(core::ExitCode::bad_input, what, remedy);
}

std::vector<double> filled_weights(const SqsObjective& objective) {
  const auto shells = static_cast<std::size_t>(objective.shells);
  std::vector<double> weights = objective.shell_weights;
  if (weights.size() > shells)
    refuse_order(fmt::format("{} shell weights for {} shells", weights.size(), shells),
                 "give a weight for each shell, or fewer");
  for (const double weight : weights)
    if (!(weight >= 0) || !std::isfinite(weight))
      refuse_order(fmt::format("a shell weight of {} is no positive number", weight),
                   "weights are 0 or more");
  while (weights.size() < shells) weights.push_back(1 / static_cast<double>(weights.size() + 1));
  return weights;
}

}  // namespace

SqsProblem::SqsProblem(const core::Structure& lattice, const std::vector<Sublattice>& sublattices,
                       const SqsObjective& objective)
    : lattice_(lattice) {
  core::Structure sites;
  sites.cell = lattice.cell;
  for (std::size_t a = 0; a < sublattices.size(); ++a) {
    starts_.push_back(static_cast<int>(sites_.size()));
    for (const int site : sublattices[a].sites) {
      sites_.push_back(site);
      sublattice_.push_back(static_cast<int>(a));
      sites.numbers.push_back(static_cast<int>(a));
      sites.positions.push_back(lattice.positions[static_cast<std::size_t>(site)]);
    }
    int sum = 0;
    for (const auto& [number, count] : sublattices[a].counts) {
      MLIP_ASSERT(count > 0);
      kinds_.push_back({static_cast<int>(a), number, count});
      sum += count;
    }
    MLIP_ASSERT(sum == static_cast<int>(sublattices[a].sites.size()));
  }
  starts_.push_back(static_cast<int>(sites_.size()));
  pairs_ = find_pair_shells(sites, objective.shells);
  set_wanted(objective.order);
  set_pair_terms(filled_weights(objective));
  if (objective.triplet_shells > objective.shells)
    refuse_order(fmt::format("triplets over {} shells, pairs over {}", objective.triplet_shells,
                             objective.shells),
                 "triplets reach no further than pairs");
  if (objective.triplet_shells > 0) add_triplets(sites, objective);
  bound();
}

double SqsProblem::fraction(int kind) const {
  const Kind& of = kinds_[static_cast<std::size_t>(kind)];
  const auto a = static_cast<std::size_t>(of.sublattice);
  return double(of.count) / double(starts_[a + 1] - starts_[a]);
}

void SqsProblem::set_wanted(const std::vector<WantedOrder>& order) {
  const int n = kind_count();
  wanted_alpha_.assign(static_cast<std::size_t>(n * n * shells()), 0);
  for (const WantedOrder& pair : order) {
    const std::string name = symbol_of(pair.first) + "-" + symbol_of(pair.second);
    if (pair.alpha.size() > static_cast<std::size_t>(shells()))
      refuse_order(
          fmt::format("order of {} for {} shells, there are {}", name, pair.alpha.size(), shells()),
          "ask for more shells");
    bool met = false;
    for (int k = 0; k < n; ++k)
      for (int l = 0; l < n; ++l) {
        const Kind &a = kinds_[static_cast<std::size_t>(k)],
                   &b = kinds_[static_cast<std::size_t>(l)];
        if (k == l || std::minmax(a.number, b.number) != std::minmax(pair.first, pair.second))
          continue;
        met = true;
        for (std::size_t s = 0; s < pair.alpha.size(); ++s)
          wanted_alpha_[place(k, l, static_cast<int>(s))] = pair.alpha[s];
      }
    if (!met)
      refuse_order(fmt::format("order of {}, which is no pair of the composition", name),
                   "name two elements that share sites");
  }
  // Σ_l c_l α_kl = 0 over a sublattice
  for (int k = 0; k < n; ++k)
    for (int l = 0; l < n; ++l)
      for (int s = 0; s < shells(); ++s)
        if (k != l && kinds_[static_cast<std::size_t>(k)].sublattice ==
                          kinds_[static_cast<std::size_t>(l)].sublattice)
          wanted_alpha_[place(k, k, s)] -=
              fraction(l) / fraction(k) * wanted_alpha_[place(k, l, s)];
}

void SqsProblem::set_pair_terms(const std::vector<double>& weights) {
  const int n = kind_count();
  const auto sublattices = starts_.size() - 1;
  std::vector<double> pairs(sublattices * sublattices * static_cast<std::size_t>(shells()), 0);
  const auto between = [&](int a, int b, int s) -> double& {
    return pairs[(static_cast<std::size_t>(a) * sublattices + static_cast<std::size_t>(b)) *
                     static_cast<std::size_t>(shells()) +
                 static_cast<std::size_t>(s)];
  };
  for (std::size_t i = 0; i < sites_.size(); ++i)
    for (const Contact& contact : pairs_.contacts[i])
      between(sublattice_[i], sublattice_[static_cast<std::size_t>(contact.site)], contact.shell) +=
          contact.images;
  std::vector<int> kinds_on(sublattices, 0);
  for (const Kind& kind : kinds_) ++kinds_on[static_cast<std::size_t>(kind.sublattice)];
  ideal_.resize(static_cast<std::size_t>(n * n * shells()));
  pair_terms_.resize(ideal_.size());
  for (int k = 0; k < n; ++k)
    for (int l = 0; l < n; ++l)
      for (int s = 0; s < shells(); ++s) {
        const int a = kinds_[static_cast<std::size_t>(k)].sublattice,
                  b = kinds_[static_cast<std::size_t>(l)].sublattice;
        const std::size_t at = place(k, l, s);
        ideal_[at] = between(a, b, s) * fraction(k) * fraction(l);
        const bool open = k != l && ideal_[at] > 0 && kinds_on[static_cast<std::size_t>(a)] > 1 &&
                          kinds_on[static_cast<std::size_t>(b)] > 1;
        if (open)
          pair_terms_[at] = {weights[static_cast<std::size_t>(s)] / ideal_[at],
                             ideal_[at] * (1 - wanted_alpha_[at])};
      }
}

void SqsProblem::add_triplets(const core::Structure& sites, const SqsObjective& objective) {
  if (!(objective.triplet_weight >= 0) || !std::isfinite(objective.triplet_weight))
    refuse_order(
        fmt::format("a triplet weight of {} is no positive number", objective.triplet_weight),
        "weights are 0 or more");
  const auto triangles = find_triangles(sites, pairs_, objective.triplet_shells);
  int type = 0;
  for (std::size_t start = 0; start < triangles.size(); ++type) {
    std::size_t end = start;
    double images = 0;
    for (; end < triangles.size() && triangles[end].shells == triangles[start].shells &&
           triangles[end].kinds == triangles[start].kinds;
         ++end) {
      triplets_.push_back({triangles[end].corners, triangles[end].images, type});
      images += triangles[end].images;
    }
    add_triplet_terms(triangles[start], images, objective.triplet_weight);
    start = end;
  }
}

void SqsProblem::add_triplet_terms(const Triangle& type, double images, double weight) {
  const int n = kind_count();
  const auto base = term_of_triplet_.size();
  term_of_triplet_.resize(base + static_cast<std::size_t>(n * n * n), -1);
  const auto slot = [&](const std::array<int, 3>& k) -> int& {
    return term_of_triplet_[base + static_cast<std::size_t>((k[0] * n + k[1]) * n + k[2])];
  };
  // Orders of the corners that leave the triangle as it is
  std::vector<std::array<int, 3>> same;
  for (const auto& order : corner_orders) {
    bool alike = true;
    for (std::size_t c = 0; c < 3; ++c) {
      const std::size_t opposite = order[(c + 2) % 3];
      alike &= type.kinds[order[c]] == type.kinds[c] &&
               type.shells[(opposite + 1) % 3] == type.shells[c];
    }
    if (alike) same.push_back(order);
  }
  double tuples = 1;
  for (const int a : type.kinds)
    tuples *= static_cast<double>(
        std::ranges::count(kinds_, a, [](const Kind& kind) { return kind.sublattice; }));
  std::array<int, 3> k{};
  for (k[0] = 0; k[0] < n; ++k[0])
    for (k[1] = 0; k[1] < n; ++k[1])
      for (k[2] = 0; k[2] < n; ++k[2]) {
        bool fits = slot(k) < 0;
        double ideal = images, superposed = 1;
        for (std::size_t c = 0; c < 3; ++c) {
          fits &= kinds_[static_cast<std::size_t>(k[c])].sublattice == type.kinds[c];
          ideal *= fraction(k[c]);
          superposed *= 1 - wanted_alpha_[place(k[c], k[(c + 1) % 3], type.shells[c])];
        }
        if (!fits) continue;
        std::set<std::array<int, 3>> alike;
        for (const auto& order : same) alike.insert({k[order[0]], k[order[1]], k[order[2]]});
        const auto times = static_cast<double>(alike.size());
        for (const auto& tuple : alike) slot(tuple) = static_cast<int>(triplet_terms_.size());
        // N counts all tuples that are alike together
        triplet_terms_.push_back({weight / tuples / ideal, ideal * times * superposed});
      }
}

void SqsProblem::bound() {
  for (int k = 0; k < kind_count(); ++k)
    for (int l = 0; l < k; ++l)
      for (int s = 0; s < shells(); ++s) {
        const Term& term = pair(k, l, s);
        lower_bound_ += term.scale * std::abs(std::round(term.wanted) - term.wanted);
      }
}

std::vector<double> SqsProblem::pair_counts(const Decoration& decoration) const {
  std::vector<double> counts(ideal_.size(), 0);
  for (std::size_t i = 0; i < sites_.size(); ++i)
    for (const Contact& contact : pairs_.contacts[i])
      counts[place(decoration[i], decoration[static_cast<std::size_t>(contact.site)],
                   contact.shell)] += contact.images;
  return counts;
}

double SqsProblem::objective(const Decoration& decoration) const {
  const std::vector<double> counts = pair_counts(decoration);
  double sum = 0;
  for (int k = 0; k < kind_count(); ++k)
    for (int l = 0; l < k; ++l)
      for (int s = 0; s < shells(); ++s)
        sum += pair(k, l, s).scale * std::abs(pair(k, l, s).wanted - counts[place(k, l, s)]);
  std::vector<double> triplets(triplet_terms_.size(), 0);
  for (const Triplet& triplet : triplets_) {
    const auto kind = [&](std::size_t c) {
      return decoration[static_cast<std::size_t>(triplet.corners[c])];
    };
    triplets[static_cast<std::size_t>(triplet_term(triplet.type, kind(0), kind(1), kind(2)))] +=
        triplet.images;
  }
  for (std::size_t t = 0; t < triplets.size(); ++t)
    sum += triplet_terms_[t].scale * std::abs(triplet_terms_[t].wanted - triplets[t]);
  return sum;
}

std::vector<double> SqsProblem::order(const Decoration& decoration, int k, int l) const {
  const std::vector<double> counts = pair_counts(decoration);
  std::vector<double> alpha;
  for (int s = 0; s < shells(); ++s) {
    const std::size_t at = place(k, l, s);
    alpha.push_back(ideal_[at] > 0 ? 1 - counts[at] / ideal_[at] : 0);
  }
  return alpha;
}

core::Structure SqsProblem::decorated(const Decoration& decoration) const {
  core::Structure structure;
  structure.cell = lattice_.cell;
  std::vector<int> numbers = lattice_.numbers;
  for (std::size_t i = 0; i < sites_.size(); ++i)
    numbers[static_cast<std::size_t>(sites_[i])] =
        kinds_[static_cast<std::size_t>(decoration[i])].number;
  for (std::size_t i = 0; i < numbers.size(); ++i)
    if (numbers[i] > 0) {
      structure.numbers.push_back(numbers[i]);
      structure.positions.push_back(lattice_.positions[i]);
    }
  return structure;
}

SqsProblem::Decoration SqsProblem::first_decoration() const {
  Decoration decoration;
  for (std::size_t k = 0; k < kinds_.size(); ++k)
    decoration.insert(decoration.end(), static_cast<std::size_t>(kinds_[k].count),
                      static_cast<int>(k));
  return decoration;
}

double SqsProblem::decorations() const {
  double logarithm = 0;
  for (std::size_t a = 0; a + 1 < starts_.size(); ++a)
    logarithm += std::lgamma(double(starts_[a + 1] - starts_[a]) + 1);
  for (const Kind& kind : kinds_) logarithm -= std::lgamma(double(kind.count) + 1);
  return std::round(std::exp(std::min(logarithm, 700.0)));
}

}  // namespace mlip::generate
