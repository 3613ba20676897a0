#include "soap/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/element.hpp"
#include "core/error.hpp"

namespace mlip::soap {

namespace {

constexpr int most_radial = 20, most_angular = 20;

void demand(bool holds, const std::string& message, const std::string& remedy) {
  if (!holds) throw core::UserError(core::ExitCode::bad_input, message, remedy);
}

void check_weighting(const Weighting& weighting) {
  demand(std::isfinite(weighting.r0) && weighting.r0 > 0,
         fmt::format("a weight of atoms with r0 = {} Å", weighting.r0), "give a length above 0");
  for (const double number : {weighting.c, weighting.d, weighting.m, weighting.centre.value_or(0)})
    demand(std::isfinite(number) && number >= 0,
           fmt::format("a weight of atoms with the number {}", number),
           "c, d, m and the weight of the centre are none below 0");
  demand(weighting.function != WeightFunction::pow || weighting.d > 0 || weighting.m == 0 ||
             weighting.centre,
         "the weight of the centre is infinite: pow with d = 0",
         "give a d above 0, or the weight of the centre");
}

}  // namespace

double reach(const Options& options) {
  return options.cutoff + options.sigma * std::sqrt(-2 * std::log(1e-3));
}

std::size_t features(const Options& options) {
  const std::size_t n = static_cast<std::size_t>(options.radial),
                    l = static_cast<std::size_t>(options.angular) + 1, s = options.species.size();
  switch (options.compression) {
    case Compression::mu2:
      return n * (n + 1) / 2 * l;
    case Compression::mu1nu1:
      return s * n * n * l;
    case Compression::crossover:
      return s * (n * (n + 1) / 2) * l;
    case Compression::off:
      break;
  }
  return s * n * (s * n + 1) / 2 * l;
}

void check(const Options& options) {
  demand(!options.species.empty(), "a SOAP descriptor of no element", "name the elements");
  for (const int number : options.species)
    demand(number >= 1 && number <= core::largest_atomic_number,
           fmt::format("{} is no atomic number", number),
           fmt::format("give numbers from 1 to {}", core::largest_atomic_number));
  auto sorted = options.species;
  std::ranges::sort(sorted);
  demand(std::ranges::adjacent_find(sorted) == sorted.end(),
         "a SOAP descriptor names one element twice", "name each element once");
  const bool gto = options.basis == Basis::gto;
  demand(std::isfinite(options.cutoff) && options.cutoff > (gto ? 1 : 0),
         fmt::format("a SOAP cutoff of {} Å is too short", options.cutoff),
         "Gaussian orbitals need more than 1 Å; 5 Å is usual");
  demand(std::isfinite(options.sigma) && options.sigma >= 0.05,
         fmt::format("Gaussians of {} Å on the atoms are too narrow", options.sigma),
         "give a sigma of 0.05 Å or more; 0.5 Å is usual");
  demand(options.radial >= 1 && options.radial <= most_radial,
         fmt::format("{} radial functions", options.radial),
         fmt::format("give a number from 1 to {}", most_radial));
  demand(options.angular >= 0 && options.angular <= most_angular,
         fmt::format("a largest l of {}", options.angular),
         fmt::format("give a number from 0 to {}", most_angular));
  check_weighting(options.weighting);
}

}  // namespace mlip::soap
