#include "fit/trial.hpp"

#include <algorithm>

#include "ace/embedding.hpp"
#include "ace/embedding_curvature.hpp"
#include "core/vectorise.hpp"

namespace mlip::fit {

namespace {

constexpr std::size_t lanes = ace::directions;
typedef double Lane __attribute__((vector_size(lanes * sizeof(double)), aligned(8)));

/// One bond's coefficients [n][l][k] and where the moments and components of its species begin.
struct Block {
  const double* coefficients;
  int radial, lmax, base;
  std::size_t harmonics;
};

Block block_of(const Skeleton::Species& own, int mu, const Eigen::VectorXd& parameters) {
  const auto s = static_cast<std::size_t>(mu);
  const ace::Bond& bond = own.bonds[s];
  return {parameters.data() + own.radial[s], bond.nradmax, bond.lmax, bond.nradbasemax,
          own.moments.shape().harmonics()};
}

/// A[n][h] = Σ_k c[n][l][k] M[k][h].
MLIP_VECTORISE void contract_numbers(const Block& block, const double* moments,
                                     double* components) {
  const double* c = block.coefficients;
  for (int n = 0; n < block.radial; ++n, components += block.harmonics)
    for (int l = 0; l <= block.lmax; ++l)
      for (int k = 0; k < block.base; ++k, ++c) {
        const double* M = moments + static_cast<std::size_t>(k) * block.harmonics;
        for (int h = l * l; h < (l + 1) * (l + 1); ++h) components[h] += *c * M[h];
      }
}

/// The same for lanes.
MLIP_VECTORISE void contract_lanes(const Block& block, const Lane* moments, Lane* components) {
  const double* c = block.coefficients;
  for (int n = 0; n < block.radial; ++n, components += block.harmonics)
    for (int l = 0; l <= block.lmax; ++l, c += block.base)
      for (int h = l * l; h < (l + 1) * (l + 1); ++h) {
        Lane sum = {};
        const Lane* M = moments + h;
        for (int k = 0; k < block.base; ++k, M += block.harmonics) sum += c[k] * *M;
        components[h] = sum;
      }
}

/// seed[k][h] += Σ_n c[n][l][k] dA[n][h].
MLIP_VECTORISE void contract_back(const Block& block, const double* dA, double* seed) {
  const double* c = block.coefficients;
  for (int n = 0; n < block.radial; ++n, dA += block.harmonics)
    for (int l = 0; l <= block.lmax; ++l, c += block.base)
      for (int k = 0; k < block.base; ++k) {
        double* row = seed + static_cast<std::size_t>(k) * block.harmonics;
        for (int h = l * l; h < (l + 1) * (l + 1); ++h) row[h] += c[k] * dA[h];
      }
}

/// Adjoints and moments of one neighbour species, and their tangents.
struct RadialTerms {
  const double *dA, *moments;
  const Lane *tangent_dA, *tangent_moments;
};

/// column[n][l][k] += Σ_h ḋA[n][h] M[k][h] + dA[n][h] Ṁ[k][h].
MLIP_VECTORISE void add_radial(const Block& block, const RadialTerms& terms, Lane* column) {
  for (int n = 0; n < block.radial; ++n)
    for (int l = 0; l <= block.lmax; ++l) {
      const std::size_t a = static_cast<std::size_t>(n) * block.harmonics;
      for (int k = 0; k < block.base; ++k) {
        const std::size_t m = static_cast<std::size_t>(k) * block.harmonics;
        Lane sum = *column;
        for (auto h = static_cast<std::size_t>(l * l);
             h < static_cast<std::size_t>((l + 1) * (l + 1)); ++h)
          sum += terms.tangent_dA[a + h] * terms.moments[m + h] +
                 terms.dA[a + h] * terms.tangent_moments[m + h];
        *column++ = sum;
      }
    }
}

/// What each function's columns take: Ḃ · slope_p + B · tangent of slope_p.
struct FunctionTerms {
  const double* B;
  const Lane* tangent_B;
  std::span<const double> slopes;
  const Lane* tangent_slopes;
};

MLIP_VECTORISE void add_functions(const FunctionTerms& terms, std::size_t functions, Lane* column) {
  const std::size_t P = terms.slopes.size();
  for (std::size_t f = 0; f < functions; ++f)
    for (std::size_t p = 0; p < P; ++p)
      *column++ += terms.slopes[p] * terms.tangent_B[f] + terms.B[f] * terms.tangent_slopes[p];
}

/// Densities' derivatives along each lane.
MLIP_VECTORISE void density_tangents(const double* coefficients, std::size_t functions,
                                     std::size_t densities, const double* tangent_B, Lane* rho) {
  const Lane* B = reinterpret_cast<const Lane*>(tangent_B);
  for (std::size_t p = 0; p < densities; ++p) rho[p] = Lane{};
  for (std::size_t f = 0; f < functions; ++f)
    for (std::size_t p = 0; p < densities; ++p) rho[p] += *coefficients++ * B[f];
}

}  // namespace

Skeleton::Skeleton(const ace::Potential& potential)
    : parameters(potential), cutoff(potential.cutoff()) {
  const int n = static_cast<int>(potential.species());
  for (int i = 0; i < n; ++i) {
    ace::Moments moments(potential.bonds, n, i);
    ace::TangentProgram program =
        ace::compile(potential.functions[static_cast<std::size_t>(i)], moments.shape());
    Species& own = species.emplace_back(Species{std::move(moments),
                                                std::move(program),
                                                potential.embeddings[static_cast<std::size_t>(i)],
                                                {},
                                                {},
                                                parameters.functions(i)});
    for (int j = 0; j < n; ++j) {
      own.bonds.push_back(potential.bond(i, j));
      own.radial.push_back(parameters.radial(i, j));
    }
  }
}

Trial::Trial(const Skeleton& skeleton_, Eigen::VectorXd parameters_)
    : skeleton(&skeleton_), parameters(std::move(parameters_)) {
  for (const Skeleton::Species& own : skeleton->species)
    terms.push_back(ace::term_coefficients(own.program, parameters.data() + own.functions,
                                           own.embedding.densities()));
}

void TrialAtom::load(const Trial& trial, int species,
                     std::span<const ace::AtomNeighbor> neighbors) {
  trial_ = &trial;
  species_ = species;
  own_ = &trial.skeleton->species[static_cast<std::size_t>(species)];
  const ace::MomentShape& shape = own_->moments.shape();
  M_.resize(shape.moments());
  A_.assign(shape.components(), 0);
  B_.resize(own_->program.functions);
  dA_.resize(shape.components());
  own_->moments.tabulate(neighbors, table_);
  own_->moments.sum(table_, M_.data());
  for (int mu = 0; mu < shape.species; ++mu)
    contract_numbers(block_of(*own_, mu, trial.parameters), &M_[shape.moment(mu, 0)],
                     A_.data() + shape.component(mu, 0));
  ace::evaluate(own_->program, A_.data(), M_.data(), scratch_, B_.data());
  embed();
  ace::backward(own_->program, slopes_, trial.terms[static_cast<std::size_t>(species)].data(),
                scratch_, dA_);
}

void TrialAtom::embed() {
  const auto P = static_cast<std::size_t>(own_->embedding.densities());
  const double* c = trial_->parameters.data() + own_->functions;
  rho_.assign(P, 0);
  for (double B : B_)
    for (std::size_t p = 0; p < P; ++p) rho_[p] += *c++ * B;
  slopes_.resize(P);
  curvatures_.resize(P);
  energy_ = 0;
  for (std::size_t p = 0; p < P; ++p) {
    const double w = own_->embedding.parameters[2 * p], m = own_->embedding.parameters[2 * p + 1];
    const ace::Slope F = ace::embed(own_->embedding.kind, rho_[p], m);
    energy_ += w * F.value;
    slopes_[p] = w * F.derivative;
    curvatures_[p] = w * ace::embedding_curvature(own_->embedding.kind, rho_[p], m);
  }
}

void TrialAtom::prepare_gradients() {
  const ace::MomentShape& shape = own_->moments.shape();
  seed_.assign(shape.moments(), 0);
  for (int mu = 0; mu < shape.species; ++mu)
    contract_back(block_of(*own_, mu, trial_->parameters), dA_.data() + shape.component(mu, 0),
                  &seed_[shape.moment(mu, 0)]);
  const double* c = trial_->parameters.data() + own_->functions;
  for (const auto& each : own_->program.rank_one)
    for (std::size_t p = 0; p < slopes_.size(); ++p)
      seed_[static_cast<std::size_t>(each.moment)] +=
          slopes_[p] * c[static_cast<std::size_t>(each.function) * slopes_.size() + p];
}

void TrialAtom::add_energy_row(double scale, bool radial, double* row) const {
  double* own = row + own_->functions;
  for (double B : B_)
    for (double slope : slopes_) *own++ += scale * slope * B;
  if (!radial) return;
  const ace::MomentShape& shape = own_->moments.shape();
  for (int mu = 0; mu < shape.species; ++mu) {
    const Block block = block_of(*own_, mu, trial_->parameters);
    double* column = row + own_->radial[static_cast<std::size_t>(mu)];
    for (int n = 0; n < block.radial; ++n)
      for (int l = 0; l <= block.lmax; ++l)
        for (int k = 0; k < block.base; ++k, ++column)
          for (int h = l * l; h < (l + 1) * (l + 1); ++h)
            *column += scale * dA_[shape.component(mu, n, h)] * M_[shape.moment(mu, k, h)];
  }
}

void TrialAtom::add_directions(const double* moments, bool radial, double* slopes,
                               double* columns) {
  const ace::MomentShape& shape = own_->moments.shape();
  tangent_A_.assign(shape.components() * lanes, 0);
  tangent_B_.resize(own_->program.functions * lanes);
  for (int mu = 0; mu < shape.species; ++mu)
    contract_lanes(block_of(*own_, mu, trial_->parameters),
                   reinterpret_cast<const Lane*>(moments) + shape.moment(mu, 0),
                   reinterpret_cast<Lane*>(tangent_A_.data()) + shape.component(mu, 0));
  ace::evaluate_tangent(own_->program, tangent_A_.data(), moments, scratch_, tangent_B_.data());
  add_function_columns(slopes, columns);
  if (radial) add_radial_columns(moments, columns);
}

void TrialAtom::add_function_columns(double* slopes, double* columns) {
  const std::size_t P = slopes_.size();
  tangent_slopes_.resize(P * lanes);
  Lane* tangent = reinterpret_cast<Lane*>(tangent_slopes_.data());
  density_tangents(trial_->parameters.data() + own_->functions, B_.size(), P, tangent_B_.data(),
                   tangent);
  for (std::size_t p = 0; p < P; ++p) {
    *reinterpret_cast<Lane*>(slopes) += slopes_[p] * tangent[p];
    tangent[p] *= curvatures_[p];
  }
  add_functions({B_.data(), reinterpret_cast<const Lane*>(tangent_B_.data()), slopes_, tangent},
                B_.size(), reinterpret_cast<Lane*>(columns) + own_->functions);
}

void TrialAtom::add_radial_columns(const double* moments, double* columns) {
  const ace::MomentShape& shape = own_->moments.shape();
  tangent_dA_.resize(shape.components() * lanes);
  ace::backward_tangent(own_->program, tangent_slopes_,
                        trial_->terms[static_cast<std::size_t>(species_)].data(), scratch_,
                        tangent_dA_);
  for (int mu = 0; mu < shape.species; ++mu) {
    const std::size_t a = shape.component(mu, 0), m = shape.moment(mu, 0);
    add_radial(
        block_of(*own_, mu, trial_->parameters),
        {dA_.data() + a, M_.data() + m, reinterpret_cast<const Lane*>(tangent_dA_.data()) + a,
         reinterpret_cast<const Lane*>(moments) + m},
        reinterpret_cast<Lane*>(columns) + own_->radial[static_cast<std::size_t>(mu)]);
  }
}

}  // namespace mlip::fit
