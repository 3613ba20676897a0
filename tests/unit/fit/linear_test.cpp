#include "fit/linear.hpp"

#include <doctest/doctest.h>

#include <Eigen/Cholesky>
#include <cmath>
#include <limits>

#include "ace/projector.hpp"
#include "core/error.hpp"
#include "fit/rows.hpp"
#include "synthetic.hpp"

using namespace mlip;
using core::Vec3;

namespace {

std::vector<fit::Item> labelled(int count, double noise = 0) {
  auto items = synthetic::structures(synthetic::alloy, count);
  synthetic::label(items, synthetic::truth(synthetic::alloy), synthetic::isolated, noise);
  return items;
}

fit::Fit fitted(const std::vector<fit::Item>& items, const fit::Options& options = {}) {
  return fit::fit_linear(synthetic::basis(synthetic::alloy), items, synthetic::isolated, options);
}

/// Largest difference relative to the largest entry.
double difference(const std::vector<double>& a, const std::vector<double>& b) {
  double worst = 0, largest = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    worst = std::max(worst, std::abs(a[k] - b[k]));
    largest = std::max(largest, std::abs(b[k]));
  }
  return worst / largest;
}

}  // namespace

TEST_CASE("a known truth is recovered from its energies, forces and stresses") {
  const std::vector<std::string> aluminium = {"Al"};
  auto items = synthetic::structures(aluminium, 20);
  synthetic::label(items, synthetic::truth(aluminium), {-3.5});
  const fit::Fit fit = fit::fit_linear(synthetic::basis(aluminium), items, {-3.5}, {});
  CHECK(difference(synthetic::coefficients(fit.potential),
                   synthetic::coefficients(synthetic::truth(aluminium))) < 1e-7);
  CHECK(fit.train.energy_rmse_mev_per_atom < 1e-7);
  CHECK(fit.train.force_rmse_mev_per_a < 1e-7);
  CHECK(fit.train.stress_rmse_gpa < 1e-7);
  CHECK(fit.train.stresses == 20);
}

TEST_CASE("an alloy is recovered up to the energy that two atoms of a pair may share at will") {
  const fit::Fit fit = fitted(labelled(20));
  CHECK(fit.potential.E0 == synthetic::isolated);
  auto unseen = synthetic::structures(synthetic::alloy, 25);
  unseen.erase(unseen.begin(), unseen.begin() + 20);
  synthetic::label(unseen, synthetic::truth(synthetic::alloy), synthetic::isolated);
  const fit::Metrics errors = fit::measure(ace::Evaluator(fit.potential), unseen);
  CHECK(errors.energy_rmse_mev_per_atom < 1e-5);
  CHECK(errors.force_rmse_mev_per_a < 1e-5);
  CHECK(errors.stress_rmse_gpa < 1e-6);
}

TEST_CASE("each kind of label alone determines the truth's forces") {
  for (int kind = 0; kind < 2; ++kind) {
    auto items = labelled(20);
    for (fit::Item& item : items) {
      if (kind == 0) item.labels.forces.clear();
      if (kind == 1) item.labels.energy.reset();
    }
    const fit::Fit fit = fitted(items);
    CHECK(fit::measure(ace::Evaluator(fit.potential), labelled(3)).force_rmse_mev_per_a < 1);
  }
}

TEST_CASE("rows times coefficients are what the evaluator says, the repulsive core included") {
  const auto items = labelled(3);
  const fit::Fit fit = fitted(items);
  CHECK(fit.potential.bonds[0].inner == ace::InnerCutoff::zbl);
  CHECK(fit.potential.bond(0, 1).rcut_in == fit.potential.bond(1, 0).rcut_in);
  const auto c = synthetic::coefficients(fit.potential);
  const Eigen::Map<const Eigen::VectorXd> coefficients(c.data(),
                                                       static_cast<Eigen::Index>(c.size()));
  const ace::Projector projector(fit.potential);
  const fit::Columns columns(fit.potential);
  fit::RowBuilder builder(projector, columns, fit.potential.cutoff());
  const fit::Options options;
  for (const fit::Item& item : items) {
    fit::Rows rows;
    const std::vector<double*> nowhere(item.structure.size(), nullptr);
    builder.build(item, fit::wanted_labels(item, options, 0), synthetic::isolated, nowhere, rows);
    const Eigen::VectorXd predicted = rows.matrix * coefficients;
    const auto found = ace::Evaluator(fit.potential).evaluate(item.structure);
    CHECK(predicted[0] == doctest::Approx((found.energy + 8 * (3.5 + 7.25)) / 16).epsilon(1e-10));
    for (Eigen::Index i = 0; i < 16; ++i)
      CHECK((predicted.segment<3>(1 + 3 * i) - found.forces[static_cast<std::size_t>(i)]).norm() <
            1e-9);
    const core::Mat3 strain = -found.virial / 16;
    const double voigt[] = {strain(0, 0), strain(1, 1), strain(2, 2),
                            strain(1, 2), strain(0, 2), strain(0, 1)};
    for (Eigen::Index k = 0; k < 6; ++k) CHECK(std::abs(predicted[49 + k] - voigt[k]) < 1e-9);
  }
}

TEST_CASE("masked forces never enter: NaN or not, the coefficients are the same bits") {
  auto items = labelled(12, 0.05);
  for (fit::Item& item : items) {
    item.force_mask.assign(16, 1);
    for (std::size_t i = 0; i < 16; i += 3) item.force_mask[i] = 0;
  }
  items[4].fit_energy = items[4].fit_stress = false;
  const auto clean = synthetic::coefficients(fitted(items).potential);
  for (fit::Item& item : items)
    for (std::size_t i = 0; i < 16; i += 3)
      item.labels.forces[i].setConstant(std::numeric_limits<double>::quiet_NaN());
  items[4].labels.energy = std::numeric_limits<double>::quiet_NaN();
  items[4].labels.stress->setConstant(std::numeric_limits<double>::infinity());
  const fit::Fit fit = fitted(items);
  CHECK(synthetic::coefficients(fit.potential) == clean);
  CHECK(std::isfinite(fit.train.force_rmse_mev_per_a));
  CHECK(fit.train.force_components == 12 * 3 * 10);
}

TEST_CASE("a stress weight of zero is a fit without stresses; a weight is a repeated structure") {
  auto items = labelled(10, 0.05);
  const auto zero = synthetic::coefficients(fitted(items, {.stress_weight = 0}).potential);
  const auto with = synthetic::coefficients(fitted(items).potential);
  for (fit::Item& item : items) item.labels.stress.reset();
  CHECK(synthetic::coefficients(fitted(items).potential) == zero);
  CHECK(with != zero);
  auto silenced = labelled(10, 0.05);
  silenced.push_back(labelled(11, 0.05).back());
  silenced.back().weight = 0;
  CHECK(difference(synthetic::coefficients(fitted(silenced).potential), with) < 1e-9);
}

TEST_CASE("the result does not depend on the number of threads") {
  const auto items = labelled(20, 0.05);
  const fit::Fit one = fitted(items, {.threads = 1}), three = fitted(items, {.threads = 3});
  CHECK(synthetic::coefficients(one.potential) == synthetic::coefficients(three.potential));
  CHECK(one.log_evidence == three.log_evidence);
  CHECK(one.active_set.at("Ni") == three.active_set.at("Ni"));
}

TEST_CASE("training atoms are interpolated, masked ones may extrapolate, others do") {
  auto items = labelled(20);
  items[0].structure.positions[0] += Vec3(0.9, 0.2, 0);
  items[0].force_mask.assign(16, 0);
  items[0].force_mask[5] = 1;
  const fit::Fit fit = fitted(items);
  const ace::Evaluator model(fit.potential, fit.active_set);
  double worst = 0;
  for (std::size_t k = 1; k < items.size(); ++k)
    for (double gamma :
         model.evaluate(items[k].structure, {.gamma = true, .descriptors = false}).gamma)
      worst = std::max(worst, gamma);
  CHECK(worst <= 1.02);
  CHECK(worst > 0.9);
  CHECK(model.evaluate(items[0].structure, {.gamma = true, .descriptors = false}).gamma[0] > 1.5);
}

TEST_CASE("the core begins below the shortest distance of the data, further below where asked") {
  const auto items = labelled(6);
  double shortest = 10;
  for (const fit::Item& item : items)
    shortest = std::min(shortest, core::minimum_distance(item.structure));
  const auto inner = [](const fit::Fit& fit) {
    double smallest = 10;
    for (const ace::Bond& bond : fit.potential.bonds) smallest = std::min(smallest, bond.rcut_in);
    return smallest;
  };
  CHECK(inner(fitted(items)) == doctest::Approx(0.9 * shortest).epsilon(1e-12));
  CHECK(inner(fitted(items, {.zbl_inner_cutoff = 1.1})) == doctest::Approx(1.1));
  CHECK(inner(fitted(items, {.zbl_inner_cutoff = 3.9})) ==
        doctest::Approx(0.9 * shortest).epsilon(1e-12));
  const ace::Evaluator model(fitted(items).potential);
  core::Structure dimer;
  dimer.numbers = {13, 28};
  dimer.positions = {Vec3::Zero(), Vec3(0.5, 0, 0)};
  const auto pressed = model.evaluate(dimer);
  CHECK(pressed.energy > 20);
  CHECK(pressed.forces[1].x() > 50);
}

TEST_CASE("the evidence falls with noise") {
  const auto clean = fitted(labelled(4, 0.01)), noisy = fitted(labelled(4, 1.0));
  CHECK(clean.log_evidence > noisy.log_evidence);
  CHECK(clean.prior_strength > 0);
}

TEST_CASE("what cannot be fitted is said") {
  const auto basis = synthetic::basis(synthetic::alloy);
  const auto fails = [&](const std::vector<fit::Item>& items, const char* part) {
    try {
      (void)fit::fit_linear(basis, items, synthetic::isolated, {});
    } catch (const core::UserError& error) {
      return std::string(error.what()).find(part) != std::string::npos;
    }
    return false;
  };
  CHECK(fails({}, "nothing to fit"));
  auto items = labelled(2);
  for (fit::Item& item : items) item.labels = {};
  CHECK(fails(items, "nothing to fit: none of the 2 structures"));
  items = labelled(2);
  items[1].labels.forces[3].y() = std::nan("");
  CHECK(fails(items, "training structure 1: the force on atom 3 is not finite"));
  items = labelled(2);
  items[0].labels.energy = std::nan("");
  CHECK(fails(items, "training structure 0: the energy is not finite"));
  items = labelled(2);
  items[0].labels.stress->setConstant(std::nan(""));
  CHECK(fails(items, "the stress is not finite"));
  items = labelled(2);
  items[0].structure.positions[2].x() = std::nan("");
  CHECK(fails(items, "is not finite"));
  items = labelled(2);
  items[1].labels.forces.pop_back();
  CHECK(fails(items, "15 forces for 16 atoms"));
  items = labelled(2);
  items[1].force_mask = {1, 0};
  CHECK(fails(items, "2 force mask entries for 16 atoms"));
  items = labelled(2);
  items[1].structure.numbers[0] = 29;
  CHECK(fails(items, "element 'Cu' of"));
}

TEST_CASE("a prior ten times as strong takes the same data and moves the coefficients as it must") {
  auto items = synthetic::structures(synthetic::alloy, 12);
  synthetic::label(items, synthetic::truth(synthetic::alloy), synthetic::isolated, 0.05);
  fit::Options options;
  const fit::Information usual =
      fit::fit_linear(synthetic::basis(synthetic::alloy), items, synthetic::isolated, options)
          .information;
  options.prior_factor = 10;
  const fit::Fit held =
      fit::fit_linear(synthetic::basis(synthetic::alloy), items, synthetic::isolated, options);
  CHECK(held.prior_strength == doctest::Approx(10 * usual.strength));
  const Eigen::MatrixXd scaled = usual.factor * usual.spread.widths.asDiagonal();
  Eigen::MatrixXd normal = scaled.transpose() * scaled;
  normal.diagonal().array() += held.prior_strength;
  const Eigen::VectorXd before = usual.mean.cwiseQuotient(usual.spread.widths);
  const Eigen::VectorXd expected =
      before - (held.prior_strength - usual.strength) * normal.ldlt().solve(before);
  const Eigen::VectorXd after = held.information.mean.cwiseQuotient(usual.spread.widths);
  CHECK((after - expected).norm() < 1e-6 * expected.norm());
  CHECK((after - before).norm() > 1e-3 * before.norm());
}

TEST_CASE("error bars are of the size of the errors, and a committee spreads as they say") {
  // Forces alone, so that the noise is as the fit takes it to be.
  auto items = labelled(12, 0.02), unseen = labelled(40);
  for (fit::Item& item : items) item.fit_energy = item.fit_stress = false;
  unseen.erase(unseen.begin(), unseen.begin() + 12);
  const fit::Fit fit = fitted(items);
  const fit::Posterior posterior(fit.information);
  const ace::Evaluator model(fit.potential);
  double squares = 0;
  for (const fit::Item& item : unseen) {
    Eigen::VectorXd row = Eigen::VectorXd::Zero(fit.information.mean.size());
    const auto found = model.evaluate(item.structure, {.gamma = false, .descriptors = true});
    for (std::size_t i = 0; i < item.structure.size(); ++i) {
      const Eigen::Index n = found.descriptors[i].size();
      row.segment(item.structure.numbers[i] == 13 ? 0 : row.size() - n, n) += found.descriptors[i];
    }
    squares += std::pow((found.energy - *item.labels.energy) / posterior.deviation(row), 2);
    if (&item != &unseen.front()) continue;
    const auto members = fit::committee(fit, 400, 1);
    double sum = 0;
    for (const auto& member : members)
      sum += std::pow(ace::Evaluator(member).evaluate(item.structure).energy - found.energy, 2);
    CHECK(std::sqrt(sum / 400) == doctest::Approx(posterior.deviation(row)).epsilon(0.15));
  }
  const double ratio = std::sqrt(squares / static_cast<double>(unseen.size()));
  CAPTURE(ratio);
  CHECK(ratio > 0.5);
  CHECK(ratio < 2);
}

TEST_CASE(
    "held-out folds choose a prior that sees through the noise, if not as sharply as the "
    "evidence") {
  auto items = labelled(14, 0.05), unseen = labelled(40);
  for (fit::Item& item : items) item.fit_energy = item.fit_stress = false;
  unseen.erase(unseen.begin(), unseen.begin() + 14);
  const auto error = [&](int folds) {
    fit::Options options;
    options.folds = folds;
    const fit::Fit fit = fitted(items, options);
    CHECK(fit.information.factor.cols() == fit.information.mean.size());
    return fit::measure(ace::Evaluator(fit.potential), unseen).force_rmse_mev_per_a;
  };
  const double by_evidence = error(0);
  for (int folds : {2, 5, 100}) {
    CAPTURE(folds);
    CHECK(error(folds) < 0.3 * 50);  // meV/Å of noise
  }
  CHECK(by_evidence < 0.15 * 50);
  CHECK(error(1) == by_evidence);
}
