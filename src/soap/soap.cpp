#include "soap/soap.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/element.hpp"
#include "core/error.hpp"
#include "core/parallel.hpp"

namespace mlip::soap {

using std::size_t;

namespace {

/// Boxes whose sums are kept at a time.
constexpr size_t batch = 256;

Options checked(Options options) {
  check(options);
  std::ranges::sort(options.species);
  return options;
}

void add_lanes(const Lane* from, size_t count, Lane* to) {
  for (size_t k = 0; k < count; ++k) to[k] += from[k];
}

void scale_lanes(Lane* lanes, size_t count, double factor) {
  for (size_t k = 0; k < count; ++k) lanes[k] *= factor;
}

}  // namespace

Soap::Soap(Options options)
    : options_(checked(std::move(options))),
      features_(soap::features(options_)),
      expansion_(options_),
      spectrum_(options_) {}

Surroundings Soap::surroundings(const core::Structure& structure) const {
  if (!core::is_finite(structure))
    throw core::UserError(core::ExitCode::bad_input,
                          "a structure to describe has numbers that are not finite",
                          "look for nan and inf in its positions and cell");
  std::vector<int> channels;
  for (const int number : structure.numbers) {
    const auto found = std::ranges::lower_bound(options_.species, number);
    if (found == options_.species.end() || *found != number)
      throw core::UserError(core::ExitCode::bad_input,
                            fmt::format("the SOAP descriptor does not know the element '{}'",
                                        core::element(number).symbol),
                            "name all elements that occur");
    channels.push_back(spectrum_.channels() == 1 ? 0 : int(found - options_.species.begin()));
  }
  return {structure, channels, spectrum_.channels(), reach(options_)};
}

void Soap::expand(const Near& near, Lane* coefficients) const {
  for (size_t c = 0; c < spectrum_.channels(); ++c)
    expansion_.add(near, near.first[c], near.first[c + 1], coefficients + c * expansion_.size());
}

void Soap::for_each_centre(
    const Surroundings& around, size_t from, size_t to, int threads,
    const std::function<void(size_t box, size_t centre, const Near&)>& visit) const {
  core::parallel_for(to - from, core::thread_count(threads), [&](size_t k) {
    thread_local Crowd crowd;
    thread_local Near near;
    around.gather(from + k, crowd);
    for (const int centre : around.centres(from + k)) {
      around.find_near(centre, crowd, near);
      visit(from + k, size_t(centre), near);
    }
  });
}

Eigen::MatrixXd Soap::atoms(const core::Structure& structure, int threads) const {
  const Surroundings around = surroundings(structure);
  Eigen::MatrixXd result =
      Eigen::MatrixXd::Zero(Eigen::Index(features_), Eigen::Index(structure.size()));
  for_each_centre(around, 0, around.boxes(), threads, [&](size_t, size_t centre, const Near& near) {
    thread_local ace::LaneBuffer coefficients;
    coefficients.zero(spectrum_.coefficients());
    expand(near, coefficients.data());
    spectrum_.add(coefficients.data(), result.col(Eigen::Index(centre)).data());
  });
  return result;
}

void Soap::demand_atoms(const core::Structure& structure) {
  if (structure.size() == 0)
    throw core::UserError(core::ExitCode::bad_input, "a structure without atoms has no average",
                          "leave it out");
}

Eigen::VectorXd Soap::average(const core::Structure& structure, Average kind, int threads) const {
  demand_atoms(structure);
  const Surroundings around = surroundings(structure);
  const size_t count = spectrum_.coefficients();
  const double share = 1 / double(structure.size());
  Eigen::VectorXd mean = Eigen::VectorXd::Zero(Eigen::Index(features_));
  ace::LaneBuffer sum;
  sum.zero(count);
  // Sums a box, added in their order: the same for any number of threads.
  for (size_t from = 0; from < around.boxes(); from += batch) {
    const size_t to = std::min(from + batch, around.boxes());
    std::vector<ace::LaneBuffer> sums(to - from);
    Eigen::MatrixXd means =
        Eigen::MatrixXd::Zero(mean.size(), kind == Average::outer ? Eigen::Index(to - from) : 0);
    for_each_centre(around, from, to, threads, [&](size_t box, size_t, const Near& near) {
      ace::LaneBuffer& own = sums[box - from];
      if (kind == Average::outer || own.size() == 0) own.zero(count);
      expand(near, own.data());
      if (kind == Average::outer)
        spectrum_.add(own.data(), means.col(Eigen::Index(box - from)).data());
    });
    if (kind == Average::outer)
      mean += share * means.rowwise().sum();
    else
      for (const auto& own : sums) add_lanes(own.data(), count, sum.data());
  }
  if (kind == Average::outer) return mean;
  scale_lanes(sum.data(), count, share);
  spectrum_.add(sum.data(), mean.data());
  return mean;
}

}  // namespace mlip::soap
