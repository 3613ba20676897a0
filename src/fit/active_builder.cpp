#include "fit/active_builder.hpp"

#include <algorithm>

#include "ace/embedding.hpp"
#include "core/error.hpp"
#include "core/neighbor_list.hpp"
#include "core/parallel.hpp"

namespace mlip::fit {

namespace {

constexpr int most_passes = 20;

/// The projections of all atoms of one structure, a column each where they have as many functions.
std::vector<Eigen::VectorXd> projections_of(const core::Structure& structure,
                                            const std::vector<int>& species,
                                            const ace::Projector& projector, double cutoff) {
  const core::NeighborList list(structure, cutoff);
  const auto workspace = projector.make_workspace();
  std::vector<Eigen::VectorXd> rows(structure.size());
  std::vector<ace::AtomNeighbor> neighbors;
  for (std::size_t i = 0; i < structure.size(); ++i) {
    neighbors.clear();
    for (const core::Neighbor& neighbor : list.of(i))
      neighbors.push_back({neighbor.vector, species[static_cast<std::size_t>(neighbor.index)]});
    projector.atom(species[i], neighbors, *workspace, rows[i], nullptr);
  }
  return rows;
}

}  // namespace

Eigen::VectorXd full_row(const ace::Potential& potential, int species,
                         const Eigen::VectorXd& projections) {
  const auto s = static_cast<std::size_t>(species);
  const ace::Embedding& embedding = potential.embeddings[s];
  const auto& functions = potential.functions[s];
  const Eigen::Index n = projections.size();
  Eigen::VectorXd row(n * embedding.densities());
  for (int p = 0; p < embedding.densities(); ++p) {
    double density = 0;
    for (Eigen::Index f = 0; f < n; ++f)
      density += functions[static_cast<std::size_t>(f)].coefficients[static_cast<std::size_t>(p)] *
                 projections[f];
    const double weight = embedding.parameters[static_cast<std::size_t>(2 * p)];
    const double exponent = embedding.parameters[static_cast<std::size_t>(2 * p + 1)];
    row.segment(p * n, n) =
        weight * ace::embed(embedding.kind, density, exponent).derivative * projections;
  }
  return row;
}

ActiveSetBuilder::ActiveSetBuilder(const ace::Potential& potential, const ActiveSetOptions& options)
    : potential_(&potential), options_(options), columns_(potential), projector_(potential) {
  for (std::size_t s = 0; s < potential.species(); ++s) {
    const Eigen::Index functions = columns_.count(static_cast<int>(s)) *
                                   (options.full ? potential.embeddings[s].densities() : 1);
    elements_.push_back(
        {potential::ActiveStream(functions, options.tolerance), {}, 0, 0, false, false});
  }
}

void ActiveSetBuilder::append(int species, const Eigen::VectorXd& row) {
  Element& element = elements_[static_cast<std::size_t>(species)];
  if (passes_ == 0) ++element.atoms;
  const Eigen::Index n = row.size();
  if (n == 0) return;
  const auto room = static_cast<Eigen::Index>(options_.batch_bytes / sizeof(double)) / n;
  const Eigen::Index most = std::max<Eigen::Index>(room, 4 * n);
  if (element.waiting == most) {
    flush(element);
    element.flushed = true;
  }
  if (element.waiting == element.batch.cols())
    element.batch.conservativeResize(
        n, std::min(most, std::max<Eigen::Index>(64, 2 * element.waiting)));
  element.batch.col(element.waiting++) = row;
}

void ActiveSetBuilder::flush(Element& element) {
  if (element.waiting > 0)
    element.changed =
        element.stream.admit(element.batch.leftCols(element.waiting)) || element.changed;
  element.waiting = 0;
}

void ActiveSetBuilder::add(std::span<const core::Structure> structures) {
  std::vector<std::vector<int>> species(structures.size());
  std::vector<std::vector<Eigen::VectorXd>> rows(structures.size());
  const double cutoff = potential_->cutoff();
  core::parallel_for(structures.size(), core::thread_count(options_.threads), [&](std::size_t k) {
    species[k] = columns_.species_of(structures[k]);
    rows[k] = projections_of(structures[k], species[k], projector_, cutoff);
    if (!options_.full) return;
    for (std::size_t i = 0; i < rows[k].size(); ++i)
      rows[k][i] = full_row(*potential_, species[k][i], rows[k][i]);
  });
  for (std::size_t k = 0; k < structures.size(); ++k)
    for (std::size_t i = 0; i < rows[k].size(); ++i) append(species[k][i], rows[k][i]);
}

bool ActiveSetBuilder::end_pass() {
  bool settled = true;
  for (Element& element : elements_) {
    const Eigen::Index last = element.waiting;
    flush(element);
    if (!element.flushed) {  // all of its atoms are in the batch still
      for (int pass = 0; pass < most_passes && last > 0; ++pass)
        if (!element.stream.admit(element.batch.leftCols(last))) break;
    } else {
      settled = settled && !element.changed;
    }
    element.changed = false;
  }
  return settled || ++passes_ >= most_passes;
}

ace::ActiveSetInverse ActiveSetBuilder::inverse() const {
  ace::ActiveSetInverse inverse;
  for (std::size_t s = 0; s < elements_.size(); ++s)
    inverse[potential_->elements[s]] = elements_[s].stream.inverse();
  return inverse;
}

std::vector<ActiveElement> ActiveSetBuilder::elements() const {
  std::vector<ActiveElement> result;
  for (std::size_t s = 0; s < elements_.size(); ++s)
    result.push_back({potential_->elements[s], elements_[s].stream.inverse().rows(),
                      elements_[s].atoms, elements_[s].stream.log_determinant()});
  return result;
}

}  // namespace mlip::fit
