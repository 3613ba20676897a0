/// Liquid and glass from a crystal: molecular dynamics of any Calculator that heats, holds and
/// quenches at a pressure.
#pragma once

#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "core/records.hpp"
#include "potential/calculator.hpp"

namespace mlip::generate {

struct MeltOptions {
  double melting_point = 0;  ///< K; 0: estimated
  double pressure = 0;       ///< eV/Å³
  double timestep_fs = 0;    ///< 0: from the lightest atom
  int steps = 8000;          ///< of all stages
  int frames = 10;           ///< of liquid, quench and glass each, at most
  std::uint64_t seed = 0;
  std::function<void(const std::string& stage, int done, int all)> progress;
  std::stop_token stop;  ///< then what there is so far is returned
};

struct MeltQuench {
  std::vector<core::Candidate> candidates;  ///< "liquid", "quench", "amorphous"
  double melting_point = 0;                 ///< K, as used
  double hottest = 0;                       ///< K, at which it melted
  bool melted = false;                      ///< atoms left their sites
  std::map<std::string, double> volume;     ///< Å³ an atom, mean of a stage
};

/// K: mean of the elements' melting points by their share, as far as the table has them; throws
/// core::UserError where it has none of them.
[[nodiscard]] double estimated_melting_point(const core::Structure& structure);

/// Steps between independent values of a series: its statistical inefficiency 1 + 2 Σ C(t) up to
/// the first negative correlation C (Chodera 2007, doi:10.1021/ct0502864).
[[nodiscard]] double correlation_steps(const std::vector<double>& series);

/// 15 % of the steps at twice the melting point in a widened cell (hotter where that does not melt
/// it), 30 % at 1.2 times it, 40 % cooling to a fifth of it, 15 % there.  Pressure is held from the
/// second stage on by stochastic cell rescaling (doi:10.1063/5.0020514).  Frames of stages that
/// hold are correlation times apart, so there may be fewer than asked for.  Throws core::UserError
/// where the walk explodes or the liquid evaporates.
[[nodiscard]] MeltQuench melt_and_quench(const potential::Calculator& model,
                                         const core::Structure& crystal,
                                         const MeltOptions& options);

}  // namespace mlip::generate
