#include "generate/sqs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <mutex>
#include <thread>

#include "core/element.hpp"
#include "core/error.hpp"
#include "core/seed.hpp"
#include "generate/sqs_enumeration.hpp"
#include "generate/superlattices.hpp"

namespace mlip::generate {

namespace {

constexpr double most_enumerated = 1e6;  // decorations of a shape
constexpr double whole = 0.05;           // an atom's share that rounding may hide

std::string sqs_symbol(int number) {
  return number == 0 ? "X" : std::string(core::element(number).symbol);
}

std::string text_of(const std::map<int, double>& fractions) {
  std::vector<std::string> words;
  for (const auto& [number, fraction] : fractions)
    words.push_back(fmt::format("{}:{:.6g}", sqs_symbol(number), fraction));
  return fmt::format("{}", fmt::join(words, ","));
}

/// Sites of each element; none where they are no whole numbers.
std::optional<std::map<int, int>> whole_counts(const std::map<int, double>& fractions, int sites) {
  std::map<int, int> counts;
  int sum = 0;
  for (const auto& [number, fraction] : fractions) {
    const double share = fraction * sites;
    counts[number] = static_cast<int>(std::lround(share));
    sum += counts[number];
    if (counts[number] < 1 || std::abs(share - counts[number]) > whole) return {};
  }
  if (sum != sites) return {};
  return counts;
}

[[noreturn]] void refuse_composition(const std::map<int, double>& fractions, int sites) {
  constexpr int far = 1000;
  std::vector<int> sizes;
  for (int distance = 1; distance < far && sizes.size() < 2; ++distance)
    for (const int other : {sites - distance, sites + distance})
      if (other > 0 && whole_counts(fractions, other)) sizes.push_back(other);
  throw core::UserError(
      core::ExitCode::bad_input,
      fmt::format("{} sites cannot hold {} in whole atoms", sites, text_of(fractions)),
      sizes.empty()
          ? "give fractions that are whole numbers of atoms"
          : fmt::format("the nearest numbers of sites that can: {}", fmt::join(sizes, ", ")));
}

std::vector<int> sites_of(const core::Structure& lattice, const std::optional<int>& number) {
  std::vector<int> sites;
  for (std::size_t i = 0; i < lattice.size(); ++i)
    if (!number || lattice.numbers[i] == *number) sites.push_back(static_cast<int>(i));
  if (sites.empty())
    throw core::UserError(core::ExitCode::bad_input,
                          number
                              ? fmt::format("the lattice has no sites of {}", sqs_symbol(*number))
                              : std::string("the lattice has no sites"),
                          "name an element of the lattice's file: Ni=Fe:0.5,Ni:0.5");
  return sites;
}

/// What is worked off by all threads: chains of all cell shapes.
class Search {
 public:
  Search(const std::vector<SqsProblem>& shapes, const SqsOptions& options)
      : shapes_(shapes), options_(options) {
    for (const SqsProblem& shape : shapes) {
      const bool small = shape.decorations() <= most_enumerated;
      for (int chain = 0; chain < (small ? 1 : options.chains); ++chain)
        tasks_.push_back({&shape, small, {{}, std::numeric_limits<double>::infinity()}});
    }
    first_good_ = tasks_.size();
  }

  Sqs run() {
    const int cores = static_cast<int>(std::thread::hardware_concurrency());
    const int threads = options_.threads > 0 ? options_.threads : std::max(1, cores);
    {
      std::vector<std::jthread> workers;
      for (int w = 0; w < threads; ++w)
        workers.emplace_back([this] {
          for (std::size_t t = next_++; t < tasks_.size(); t = next_++)
            if (t == 0 || !ended(t)) finish(t, work(t));
        });
    }
    // What ran after the first that met the goal depends on the threads
    const auto end = tasks_.begin() + std::min(long(first_good_) + 1, long(tasks_.size()));
    return result_of(*std::min_element(tasks_.begin(), end, [](const Task& a, const Task& b) {
      return a.found.objective < b.found.objective;
    }));
  }

 private:
  struct Task {
    const SqsProblem* shape;
    bool all;  ///< decorations, not a chain
    SqsFound found;
  };

  [[nodiscard]] bool ended(std::size_t task) const {
    return task > first_good_.load() || options_.stop.stop_requested();
  }

  /// In spite of rounding.
  [[nodiscard]] double goal_of(const SqsProblem& shape) const {
    return std::max(options_.goal, shape.lower_bound()) + 1e-9;
  }

  [[nodiscard]] SqsFound work(std::size_t t) const {
    const SqsProblem& shape = *tasks_[t].shape;
    if (tasks_[t].all) return enumerate(shape, goal_of(shape));
    SqsChain chain;
    chain.seed = core::random_engine(options_.seed, "sqs", t)();
    chain.swaps = options_.swaps > 0 ? options_.swaps : 10000L * shape.starts().back();
    chain.goal = goal_of(shape);
    chain.stop = [this, t] { return ended(t); };
    return anneal(shape, chain);
  }

  void finish(std::size_t t, SqsFound&& found) {
    const std::lock_guard lock(mutex_);
    // A cell that reached its own bound does not end the search in others
    if (found.objective <= goal_of(*tasks_[t].shape) &&
        (shapes_.size() == 1 || found.objective <= options_.goal + 1e-9))
      first_good_ = std::min(first_good_.load(), t);
    least_ = std::min(least_, found.objective);
    tasks_[t].found = std::move(found);
    if (options_.progress) options_.progress(++done_, long(tasks_.size()), least_);
  }

  [[nodiscard]] static Sqs result_of(const Task& task);

  const std::vector<SqsProblem>& shapes_;
  const SqsOptions& options_;
  std::vector<Task> tasks_;
  std::atomic<std::size_t> next_ = 0, first_good_ = 0;
  std::mutex mutex_;
  double least_ = std::numeric_limits<double>::infinity();
  long done_ = 0;
};

Sqs Search::result_of(const Task& task) {
  const SqsProblem& problem = *task.shape;
  Sqs result{problem.decorated(task.found.decoration),
             task.found.objective,
             problem.lower_bound(),
             task.all,
             problem.radii(),
             {}};
  const auto& kinds = problem.kinds();
  for (std::size_t k = 0; k < kinds.size(); ++k)
    for (std::size_t l = k + 1; l < kinds.size(); ++l)
      result.pairs.push_back(
          {sqs_symbol(kinds[k].number) + "-" + sqs_symbol(kinds[l].number),
           problem.order(task.found.decoration, static_cast<int>(k), static_cast<int>(l))});
  return result;
}

}  // namespace

std::vector<Sublattice> share_sites(const core::Structure& lattice,
                                    const std::vector<Occupation>& occupations) {
  std::vector<Sublattice> sublattices;
  std::vector<bool> taken(lattice.size(), false);
  for (const Occupation& occupation : occupations) {
    Sublattice sublattice{sites_of(lattice, occupation.replaced), {}};
    if (occupation.fractions.size() < 2)
      throw core::UserError(core::ExitCode::bad_input,
                            fmt::format("{} shares no sites", text_of(occupation.fractions)),
                            "name two elements or more: Fe:0.5,Ni:0.5");
    const int sites = static_cast<int>(sublattice.sites.size());
    const auto counts = whole_counts(occupation.fractions, sites);
    if (!counts) refuse_composition(occupation.fractions, sites);
    sublattice.counts = *counts;
    for (const int site : sublattice.sites) {
      if (taken[static_cast<std::size_t>(site)])
        throw core::UserError(core::ExitCode::bad_input,
                              fmt::format("two compositions for the sites of {}",
                                          sqs_symbol(lattice.numbers[std::size_t(site)])),
                              "name each element of the lattice once");
      taken[static_cast<std::size_t>(site)] = true;
    }
    sublattices.push_back(std::move(sublattice));
  }
  return sublattices;
}

Sqs find_sqs(const core::Structure& lattice, const std::vector<Sublattice>& sublattices,
             const SqsOptions& options) {
  const std::vector<SqsProblem> shapes = {SqsProblem(lattice, sublattices, options.objective)};
  return Search(shapes, options).run();
}

Sqs find_sqs_of_size(const core::Structure& cell, int sites,
                     const std::vector<Occupation>& occupations, const SqsOptions& options) {
  const int own = static_cast<int>(cell.size());
  if (sites < own || sites % own != 0)
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("no supercell of a cell with {} sites has {}", own, sites),
                          fmt::format("ask for a multiple of {}", own));
  std::vector<SqsProblem> shapes;
  for (const core::Structure& lattice : superlattices(cell, sites / own))
    shapes.emplace_back(lattice, share_sites(lattice, occupations), options.objective);
  return Search(shapes, options).run();
}

}  // namespace mlip::generate
