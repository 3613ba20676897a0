#include "core/seed.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <numeric>
#include <set>

#include "ace/basis.hpp"
#include "core/element.hpp"
#include "generate/generate.hpp"
#include "pipeline/screening.hpp"
#include "pipeline/seed_candidates.hpp"
#include "pipeline/steps.hpp"
#include "select/select.hpp"
#include "select/shares.hpp"
#include "soap/soap.hpp"
#include "validate/equation_of_state.hpp"

namespace mlip::pipeline {

namespace {

store::Record queued(core::Candidate candidate, double priority) {
  store::Record record;
  record.candidate = std::move(candidate);
  record.state = store::State::queued;
  record.priority = priority;
  return record;
}

/// Indices spread evenly over the kinds of structures, in an order drawn from the seed.
std::set<std::size_t> held_out(const std::vector<core::Candidate>& candidates, std::size_t count,
                               std::uint64_t root) {
  std::vector<std::size_t> order(candidates.size());
  std::vector<double> draw(candidates.size());
  auto engine = core::random_engine(root, "holdout");
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = i;
    draw[i] = core::uniform(engine);
  }
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tie(candidates[a].config_type, draw[a]) <
           std::tie(candidates[b].config_type, draw[b]);
  });
  count = std::min(count, candidates.size() / 3);
  std::set<std::size_t> chosen;
  for (std::size_t k = 0; k < count; ++k)
    chosen.insert(order[(2 * k + 1) * order.size() / (2 * count)]);
  return chosen;
}

/// All are labelled: of each kind one is held out where two are left to learn from.
void deal_large_seeds(const std::vector<core::Candidate>& candidates,
                      std::set<std::size_t>& holdout) {
  std::map<std::string, std::vector<std::size_t>> kinds;
  for (std::size_t i = 0; i < candidates.size(); ++i)
    if (is_large_seed(candidates[i])) kinds[candidates[i].config_type].push_back(i);
  for (const auto& [kind, members] : kinds) {
    for (const std::size_t i : members) holdout.erase(i);
    if (members.size() > 2) holdout.insert(members.back());
  }
}

std::vector<store::Record> eos_records(const SystemConfig& config) {
  std::vector<store::Record> records;
  if (config.loop.eos_points == 0) return records;
  const auto reference = generate::ground_state(config.generate);
  for (const auto& structure :
       validate::eos_structures(reference, config.loop.eos_strain, config.loop.eos_points)) {
    core::Candidate candidate;
    candidate.structure = structure;
    candidate.config_type = "eos";
    candidate.origin = "equation of state of the ground state";
    records.push_back(queued(std::move(candidate), 0));
  }
  return records;
}

/// The shortest distance of each two elements' atoms in a molecule, Å.
std::map<std::pair<int, int>, double> shortest_distances(const core::Structure& molecule) {
  std::map<std::pair<int, int>, double> shortest;
  for (std::size_t i = 0; i < molecule.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const double distance = (molecule.positions[i] - molecule.positions[j]).norm();
      const auto pair = std::minmax({molecule.numbers[i], molecule.numbers[j]});
      const auto [entry, fresh] = shortest.try_emplace(pair, distance);
      if (!fresh) entry->second = std::min(entry->second, distance);
    }
  return shortest;
}

/// The ends of molecules' curves, of every pair of elements: learnt from them, never beyond them.
std::set<std::size_t> bond_ends(const std::vector<core::Candidate>& candidates) {
  struct Ends {
    std::size_t shortest, longest;
    double least, most;
  };
  std::map<std::pair<int, int>, Ends> ends;
  for (std::size_t i = 0; i < candidates.size(); ++i)
    for (const auto& [pair, distance] : shortest_distances(candidates[i].structure)) {
      auto& end = ends.try_emplace(pair, Ends{i, i, distance, distance}).first->second;
      if (distance < end.least) end.shortest = i, end.least = distance;
      if (distance > end.most) end.longest = i, end.most = distance;
    }
  std::set<std::size_t> chosen;
  for (const auto& [pair, end] : ends) chosen.insert({end.shortest, end.longest});
  return chosen;
}

using Chooser = std::function<std::vector<select::Pick>(
    const std::vector<core::Candidate>& candidates, const std::vector<core::Candidate>& known,
    std::size_t count)>;

Chooser chooser_of(const SystemConfig& config) {
  if (config.loop.seed_choice == "soap") {
    soap::Options options;
    for (const std::string& symbol : config.elements)
      options.species.push_back(core::atomic_number(symbol).value());
    return [soap = std::make_shared<soap::Soap>(options)](const auto& candidates, const auto& known,
                                                          std::size_t count) {
      return select::farthest_by_soap(candidates, known, *soap, count);
    };
  }
  const auto basis = ace::make_basis(config.elements, config.basis);
  return [model = std::make_shared<ace::Evaluator>(basis)](const auto& candidates,
                                                           const auto& known, std::size_t count) {
    return select::d_optimal(candidates, known, *model, count);
  };
}

/// The structures worth the first labels, of every kind its share: chosen together, all are of the
/// kind that is most distorted, and a fit knows nothing of the others.
std::vector<select::Pick> first_labels(const SystemConfig& config,
                                       const std::vector<core::Candidate>& pool) {
  std::map<std::string, std::vector<std::size_t>> kinds;
  for (std::size_t i = 0; i < pool.size(); ++i)
    if (!is_large_seed(pool[i])) kinds[pool[i].config_type].push_back(i);
  std::vector<std::size_t> sizes;
  for (const auto& [kind, members] : kinds) sizes.push_back(members.size());
  const auto shares = select::fair_shares(sizes, std::size_t(config.loop.seed_labels));
  const Chooser choose = chooser_of(config);
  std::vector<core::Candidate> known;
  std::vector<select::Pick> picks;
  std::set<std::size_t> taken;
  const auto take = [&](const std::vector<std::size_t>& members, std::size_t count) {
    std::vector<core::Candidate> candidates;
    for (const std::size_t member : members) candidates.push_back(pool[member]);
    for (select::Pick& pick : choose(candidates, known, count)) {
      known.push_back(candidates[pick.index]);
      pick.index = members[pick.index];
      taken.insert(pick.index);
      picks.push_back(std::move(pick));
    }
  };
  auto share = shares.begin();
  for (const auto& [kind, members] : kinds) take(members, *share++);
  // What a kind has no use for is for all.
  std::vector<std::size_t> others;
  for (const auto& [kind, members] : kinds)
    std::ranges::copy_if(members, std::back_inserter(others),
                         [&](std::size_t member) { return !taken.contains(member); });
  const std::size_t wanted = std::accumulate(shares.begin(), shares.end(), std::size_t{0});
  if (picks.size() < wanted) take(others, wanted - picks.size());
  return picks;
}

struct Seeds {
  std::vector<store::Record> records;
  nlohmann::ordered_json screen;  ///< what the surrogate made of them; null without one
};

Seeds make_seeds(const SystemConfig& config, std::vector<core::Candidate> made) {
  auto records = eos_records(config);
  auto [candidates, dropped, screen] = screen_seeds(config, std::move(made));
  auto holdout = held_out(candidates, std::size_t(config.loop.holdout), config.seed);
  deal_large_seeds(candidates, holdout);
  if (config.dft.isolated)
    for (const std::size_t end : bond_ends(candidates)) holdout.erase(end);
  std::vector<core::Candidate> pool;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (!holdout.contains(i)) {
      pool.push_back(candidates[i]);
      continue;
    }
    records.push_back(queued(candidates[i], 0));
    records.back().holdout = true;
  }
  std::vector<double> priority(pool.size(), 0);
  for (const auto& pick : first_labels(config, pool)) priority[pick.index] = 1 + pick.priority;
  // The dearest first, so that none of them is waited for at the end.
  const double first = pool.empty() ? 0 : 1 + std::ranges::max(priority);
  for (std::size_t i = 0; i < pool.size(); ++i)
    if (is_large_seed(pool[i])) priority[i] = first;
  if (config.dft.isolated && !pool.empty())
    for (const std::size_t end : bond_ends(pool)) priority[end] = std::max(priority[end], 1.0);
  for (std::size_t i = 0; i < pool.size(); ++i) {
    records.push_back(queued(pool[i], priority[i]));
    if (priority[i] == 0) records.back().state = store::State::candidate;
  }
  records.insert(records.end(), dropped.begin(), dropped.end());
  return {std::move(records), std::move(screen)};
}

std::vector<core::Candidate> made_seeds(Run& run) {
  generate::Modelling modelling;
  modelling.threads = run.config.loop.workers;
  modelling.stop = run.stop;
  auto seeds = seed_candidates(run.config, modelling);
  run.check_stop();
  for (const std::string& what : seeds.left_out) run.tell("not among the seeds: " + what);
  return std::move(seeds.candidates);
}

}  // namespace

void seed(Run& run) {
  run.enter("seed", 1);
  const auto result = once(
      run, "seed", [&] { return make_seeds(run.config, made_seeds(run)); },
      [&](const Seeds& seeds) {
        std::size_t stored = 0, dropped = 0;
        for (const auto& record : seeds.records) {
          const bool fresh{run.database.add(record)};
          stored += fresh ? 1 : 0;
          dropped += fresh && record.state == store::State::dropped ? 1 : 0;
        }
        if (!seeds.screen.is_null())
          run.database.put_document("surrogate_screen", seeds.screen.dump());
        return nlohmann::json{{"structures", stored - dropped},
                              {"refused", seeds.records.size() - stored},
                              {"screened", dropped}};
      });
  run.progress.done = 1;
  run.tell(fmt::format("{} seed structures, {} duplicates refused, {} rejected by the surrogate",
                       result["structures"].get<int>(), result["refused"].get<int>(),
                       result.value("screened", 0)));
}

}  // namespace mlip::pipeline
