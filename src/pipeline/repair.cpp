#include "pipeline/repair.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/element.hpp"
#include "core/file.hpp"
#include "fit/core_repulsion.hpp"
#include "pipeline/guarding.hpp"
#include "pipeline/items.hpp"
#include "pipeline/steps.hpp"
#include "pipeline/teaching.hpp"
#include "pipeline/version_files.hpp"

namespace mlip::pipeline {

namespace {

/// Factor of the held-out errors that does not count.
constexpr double harmless = 1.2;

constexpr std::array table = {
    Repair{"core raised to the shortest distance of the data", 1, true},
    Repair{"prior 10 times as strong", 10, false},
    Repair{"prior 10 times as strong, core raised", 10, true},
    Repair{"prior 100 times as strong", 100, false},
    Repair{"prior 100 times as strong, core raised", 100, true},
};

/// Of the labels trained on; of pairs never met what the potential tells.
ShortestDistances shortest_of(const ace::Potential& potential, const std::vector<fit::Item>& items,
                              int threads) {
  const auto met = fit::shortest_distances(potential, items, threads);
  ShortestDistances shortest = trained_distances(potential);
  for (int i = 0; i < met.rows(); ++i)
    for (int j = 0; j <= i; ++j)
      if (std::isfinite(met(i, j)))
        shortest[std::minmax({*core::atomic_number(potential.elements[std::size_t(i)]),
                              *core::atomic_number(potential.elements[std::size_t(j)])})] =
            met(i, j);
  return shortest;
}

class Workshop {
 public:
  Workshop(const Run& run, const store::Version& version)
      : run_(run),
        version_(version),
        items_(items_of(run, Role::training, version.generation)),
        files_(files_of(run, version)),
        potential_(ace::read_yaml(files_.yaml)),
        active_set_(ace::read_asi(files_.asi)),
        shortest_(shortest_of(potential_, items_, run.config.loop.workers)) {}

  [[nodiscard]] Proven as_it_is() {
    Proven proven{version_, guards(potential_)};
    for (const validate::Guard& guard : proven.guards)
      if (!guard.held) failed_.push_back(guard.name);
    return proven;
  }

  /// False where there is nothing to fit again.
  [[nodiscard]] bool can(const Repair& repair) const {
    return repair.prior_factor == 1 || (run_.config.training.engine == "native" && !items_.empty());
  }

  [[nodiscard]] Proven try_out(const Repair& repair) {
    if (repair.prior_factor != factor_) fit_again(repair.prior_factor);
    ace::Potential mended = potential_;
    if (repair.raise_core) fit::raise_core(mended, shortest_held_out());
    Proven proven{version_, guards(mended)};
    if (proven.sound()) proven.version = keep(repair, mended);
    return proven;
  }

 private:
  [[nodiscard]] std::vector<validate::Guard> guards(const ace::Potential& potential) const {
    return guards_of(ace::Evaluator(potential, active_set_), shortest_, run_.config);
  }

  [[nodiscard]] Eigen::MatrixXd shortest_held_out() const {
    return fit::shortest_distances(potential_, items_of(run_, Role::holdout),
                                   run_.config.loop.workers);
  }

  void fit_again(double factor) {
    const SystemConfig& config = run_.config;
    fit::Options options =
        weighted_for(noise_before(run_.database, version_.generation), config.fit);
    options.prior_factor = factor;
    options.row_cache = run_.row_cache;
    if (run_.teaching) options.teacher = run_.teaching->teacher();
    fitted_ = fit::train(ace::make_basis(config.elements, config.basis), items_,
                         isolated_energies(run_), options, config.training, {});
    factor_ = factor;
    potential_ = fitted_->potential;
    active_set_ = fitted_->active_set;
  }

  [[nodiscard]] store::Version keep(const Repair& repair, const ace::Potential& mended) const {
    const VersionFiles files = files_in(files_.yaml.parent_path() /
                                        fmt::format("mended_{}", 1 + (&repair - table.data())));
    if (fitted_) {
      fit::Fit fitted = *fitted_;
      fitted.potential = mended;
      write(fitted, run_.config.seed, files);
    } else {
      std::filesystem::create_directories(files.yaml.parent_path());
      ace::write_yaml(mended, files.yaml);
      ace::write_yace(mended, files.yace);
      core::write_atomically(files.asi, core::read_file(files_.asi));
      if (std::filesystem::exists(files_.committee))
        core::write_atomically(files.committee, core::read_file(files_.committee));
    }
    auto account = fitted_ ? account_of(run_, *fitted_, items_.size())
                           : nlohmann::ordered_json::parse(version_.metrics_json);
    account["repair"] = repair.name;
    account["repaired"] = fmt::format("{}", fmt::join(failed_, ", "));
    return describe(run_, version_.generation, std::move(account), files);
  }

  const Run& run_;
  const store::Version& version_;
  std::vector<std::string> failed_;  ///< guards, as it is
  std::vector<fit::Item> items_;
  VersionFiles files_;
  double factor_ = 1;
  std::optional<fit::Fit> fitted_;
  ace::Potential potential_;
  ace::ActiveSetInverse active_set_;
  ShortestDistances shortest_;
};

}  // namespace

std::span<const Repair> repairs() {
  return table;
}

Proven guarded(const Run& run, const store::Version& version) {
  Workshop workshop(run, version);
  Proven before = workshop.as_it_is();
  if (before.sound()) return before;
  std::optional<Proven> best;
  for (const Repair& repair : table) {
    if (!workshop.can(repair)) break;
    run.check_stop();
    Proven mended = workshop.try_out(repair);
    if (!mended.sound()) continue;
    const double badness = held_out_badness(mended.version);
    if (badness <= held_out_badness(version) + std::log(harmless)) return mended;
    if (!best || badness < held_out_badness(best->version)) best = std::move(mended);
  }
  return best.value_or(before);
}

}  // namespace mlip::pipeline
