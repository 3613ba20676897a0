#include "generate/melt_quench.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/element.hpp"
#include "core/error.hpp"
#include "core/seed.hpp"
#include "core/units.hpp"
#include "potential/dynamics.hpp"

namespace mlip::generate {

namespace {

using core::Structure;
using core::Vec3;

constexpr double hot = 2, liquid = 1.2, cold = 0.2;  // of the melting point
constexpr int every = 5;                             // steps between what is recorded
constexpr int scaling_every = 10;                    // steps between changes of the cell
constexpr double barostat_fs = 500;
constexpr double compressibility = 2;  // Å³/eV: 1 / (80 GPa)

/// 2 fs for aluminium, as its vibrations demand; slower atoms allow more.
double timestep_for(const Structure& structure) {
  double lightest = 300;
  for (const int number : structure.numbers)
    lightest = std::min(lightest, core::element(number).mass);
  return std::clamp(0.4 * std::sqrt(lightest), 0.4, 3.0);
}

/// Root mean square displacement, Å, with the cell's growth and the drift of all atoms left out.
double displacement(const Structure& from, const Structure& to) {
  std::vector<Vec3> moves;
  Vec3 drift = Vec3::Zero();
  for (std::size_t i = 0; i < from.size(); ++i) {
    moves.push_back(to.positions[i] - to.to_cartesian(from.to_fractional(from.positions[i])));
    drift += moves.back() / static_cast<double>(from.size());
  }
  double sum = 0;
  for (const Vec3& move : moves) sum += (move - drift).squaredNorm();
  return std::sqrt(sum / static_cast<double>(from.size()));
}

struct Stage {
  std::string name;
  double from, to;  ///< K
  int steps;
};

/// What a stage went through, every so many steps.
struct Record {
  std::vector<Structure> structures;
  std::vector<double> energies, temperatures;
  double volume = 0;  ///< Å³ an atom, mean of the later two thirds
};

class MeltWalk {
 public:
  MeltWalk(const potential::Calculator& model, const Structure& start, const MeltOptions& options,
           double melting_point)
      : options_(options),
        limit_(2 * start.cell.volume()),
        dynamics_(model, start, bath(options, start, melting_point)),
        engine_(core::random_engine(options.seed, "generate melt barostat")) {}

  [[nodiscard]] Record run(const Stage& stage, bool at_pressure) {
    Record record;
    hottest_ = std::max(hottest_, stage.from);
    for (int step = 0; step < stage.steps && !options_.stop.stop_requested(); ++step) {
      const double share = (step + 1.0) / stage.steps;
      const double temperature = stage.from + (stage.to - stage.from) * share;
      dynamics_.set_temperature(temperature);
      dynamics_.step();
      if (at_pressure && step % scaling_every == 0) scale(temperature);
      if (step % every == 0) note(record, temperature);
      if (options_.progress) options_.progress(stage.name, step + 1, stage.steps);
    }
    const auto later = static_cast<std::ptrdiff_t>(record.structures.size() / 3);
    for (auto s = record.structures.begin() + later; s != record.structures.end(); ++s)
      record.volume +=
          s->cell.volume() / static_cast<double>(s->size()) /
          static_cast<double>(record.structures.end() - record.structures.begin() - later);
    return record;
  }

  [[nodiscard]] const Structure& structure() const { return dynamics_.structure(); }

 private:
  static potential::Dynamics::Options bath(const MeltOptions& options, const Structure& start,
                                           double melting_point) {
    potential::Dynamics::Options result;
    result.timestep_fs = options.timestep_fs > 0 ? options.timestep_fs : timestep_for(start);
    result.temperature = hot * melting_point;
    result.friction_per_fs = 0.002;
    result.seed = options.seed;
    return result;
  }

  /// One step of stochastic cell rescaling, equation 7 of doi:10.1063/5.0020514.
  void scale(double temperature) {
    const double time = scaling_every * (options_.timestep_fs > 0 ? options_.timestep_fs
                                                                  : timestep_for(structure()));
    const double rate = compressibility / barostat_fs * time;
    const double noise = std::sqrt(2 * core::boltzmann_ev_per_kelvin * temperature * rate /
                                   structure().cell.volume());
    const double change =
        rate * (dynamics_.pressure() - options_.pressure) + noise * core::normal(engine_);
    // A step of the cell is never more than a step of the atoms is
    dynamics_.scale_volume(std::clamp(change, -0.02, 0.02));
  }

  void note(Record& record, double temperature) {
    if (!std::isfinite(dynamics_.evaluation().energy) || dynamics_.temperature() > 5 * hottest_)
      throw core::UserError(core::ExitCode::failed,
                            fmt::format("the walk exploded at {:.0f} K", temperature),
                            "use a shorter time step or another model");
    if (structure().cell.volume() > limit_)
      throw core::UserError(
          core::ExitCode::failed,
          fmt::format("the liquid evaporates at {:.0f} K: its volume doubled", temperature),
          "raise the pressure or lower the melting point");
    record.structures.push_back(structure());
    record.energies.push_back(dynamics_.evaluation().energy);
    record.temperatures.push_back(temperature);
  }

  const MeltOptions& options_;
  double hottest_ = 0;  ///< K, that was asked for so far
  double limit_;        ///< Å³
  potential::Dynamics dynamics_;
  std::mt19937_64 engine_;
};

/// Of a stage that holds: the later two thirds, independent of one another.
std::vector<std::size_t> independent(const Record& record, int frames) {
  const std::size_t all = record.energies.size(), first = all / 3;
  if (first == all) return {};
  const std::vector<double> late(record.energies.begin() + static_cast<std::ptrdiff_t>(first),
                                 record.energies.end());
  const auto most = static_cast<double>(late.size()) / correlation_steps(late);
  const int count = std::clamp(static_cast<int>(most), 1, frames);
  std::vector<std::size_t> chosen;
  for (int k = 0; k < count; ++k)
    chosen.push_back(all - 1 -
                     static_cast<std::size_t>(k) * late.size() / static_cast<std::size_t>(count));
  std::ranges::sort(chosen);
  return chosen;
}

/// Of a stage that cools: spread evenly.
std::vector<std::size_t> spread(const Record& record, int frames) {
  std::vector<std::size_t> chosen;
  const auto all = record.energies.size(), count = std::min<std::size_t>(all, std::size_t(frames));
  for (std::size_t k = 0; k < count; ++k) chosen.push_back((2 * k + 1) * all / (2 * count));
  return chosen;
}

void keep(MeltQuench& result, const Record& record, const std::vector<std::size_t>& chosen,
          const std::string& stage) {
  if (!record.structures.empty()) result.volume[stage] = record.volume;
  for (const std::size_t k : chosen) {
    core::Candidate candidate;
    candidate.structure = record.structures[k];
    candidate.config_type = stage;
    candidate.origin = fmt::format("{}, {} atoms, {} at {:.0f} K, molten at {:.0f} K, record {}",
                                   candidate.structure.formula(), candidate.structure.size(), stage,
                                   record.temperatures[k], result.hottest, k);
    result.candidates.push_back(std::move(candidate));
  }
}

/// Hotter until the atoms left their sites: a crystal without surface melts late.
void melt(MeltWalk& walk, MeltQuench& result, int steps) {
  const Structure start = walk.structure();
  const double bond = core::minimum_distance(start);
  for (const double factor : {1.0, 1.5, 2.0, 3.0}) {
    result.hottest = factor * hot * result.melting_point;
    (void)walk.run({"melt", result.hottest, result.hottest, steps}, false);
    result.melted = displacement(start, walk.structure()) > 0.3 * bond;
    if (result.melted) return;
  }
}

}  // namespace

double estimated_melting_point(const Structure& structure) {
  double sum = 0, known = 0;
  for (const int number : structure.numbers) {
    const double own = core::element(number).melting_point;
    sum += own;
    known += own > 0 ? 1 : 0;
  }
  if (known == 0)
    throw core::UserError(
        core::ExitCode::bad_input,
        fmt::format("no melting point is known of the elements of '{}'", structure.formula()),
        "give one");
  return sum / known;
}

double correlation_steps(const std::vector<double>& series) {
  const auto n = series.size();
  const double mean = std::accumulate(series.begin(), series.end(), 0.0) / static_cast<double>(n);
  const auto correlation = [&](std::size_t lag) {
    double sum = 0;
    for (std::size_t i = 0; i + lag < n; ++i) sum += (series[i] - mean) * (series[i + lag] - mean);
    return sum / static_cast<double>(n - lag);
  };
  const double variance = correlation(0);
  double steps = 1;
  for (std::size_t lag = 1; lag < n && variance > 0; ++lag) {
    const double c = correlation(lag) / variance;
    if (c <= 0) break;
    steps += 2 * c * (1 - static_cast<double>(lag) / static_cast<double>(n));
  }
  return steps;
}

MeltQuench melt_and_quench(const potential::Calculator& model, const Structure& crystal,
                           const MeltOptions& options) {
  MLIP_ASSERT(options.steps > 0 && options.frames > 0 && crystal.cell.all_periodic());
  MeltQuench result;
  result.melting_point =
      options.melting_point > 0 ? options.melting_point : estimated_melting_point(crystal);
  const double point = result.melting_point;
  constexpr double widened = 0.02;  // linear, about what melting does
  MeltWalk walk(model, core::strained(crystal, widened * core::Mat3::Identity()), options, point);
  const auto share = [&](double of_all) {
    return std::max(every, static_cast<int>(of_all * options.steps));
  };
  melt(walk, result, share(0.15));
  const Record molten = walk.run({"liquid", liquid * point, liquid * point, share(0.3)}, true);
  keep(result, molten, independent(molten, options.frames), "liquid");
  const Record cooling = walk.run({"quench", liquid * point, cold * point, share(0.4)}, true);
  keep(result, cooling, spread(cooling, options.frames), "quench");
  const Record glass = walk.run({"amorphous", cold * point, cold * point, share(0.15)}, true);
  keep(result, glass, independent(glass, options.frames), "amorphous");
  return result;
}

}  // namespace mlip::generate
