#include "fit/model.hpp"

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "fit/core_repulsion.hpp"
#include "potential/active_set.hpp"

namespace mlip::fit {

namespace {

/// Of the spread a function has over the atoms: what counts as extrapolation in directions no atom
/// spans.
constexpr double unseen_spread = 0.1;

}  // namespace

ace::Potential bare_model(const ace::Potential& basis, std::span<const Item> items,
                          std::span<const double> isolated, const Options& options) {
  MLIP_ASSERT(isolated.size() == basis.species());
  ace::Potential model = basis;
  model.E0.assign(isolated.begin(), isolated.end());
  for (ace::Embedding& embedding : model.embeddings) {
    embedding.kind = ace::EmbeddingKind::finnis_sinclair_shifted_scaled;
    embedding.parameters = {1, 1};
  }
  for (auto& functions : model.functions)
    for (ace::Function& function : functions) function.coefficients.assign(1, 0);
  add_core_repulsion(model, shortest_distances(basis, items, core::thread_count(options.threads)),
                     options.zbl_inner_cutoff);
  return model;
}

void set_coefficients(const Eigen::VectorXd& coefficients, ace::Potential& potential) {
  Eigen::Index column = 0;
  for (auto& functions : potential.functions)
    for (ace::Function& function : functions) function.coefficients = {coefficients[column++]};
}

ace::ActiveSetInverse active_sets(const ace::Potential& potential,
                                  std::span<const Eigen::MatrixXd> projections, int threads) {
  std::vector<Eigen::MatrixXd> inverses(projections.size());
  const auto find = [&](std::size_t s) {
    inverses[s] =
        potential::active_set(potential::with_spread(projections[s], unseen_spread)).inverse;
  };
  if (projections.size() == 1)
    find(0);  // has the threads to itself
  else
    core::parallel_for(projections.size(), threads, find);
  ace::ActiveSetInverse sets;
  for (std::size_t s = 0; s < inverses.size(); ++s)
    sets[potential.elements[s]] = std::move(inverses[s]);
  return sets;
}

}  // namespace mlip::fit
