/// What Pacemaker is given and what is read of it; real runs are in tests/tools/pacemaker.
#include <doctest/doctest.h>

#include <cmath>

#include "core/error.hpp"
#include "fit/pacemaker/active_set.hpp"
#include "fit/pacemaker/metrics_file.hpp"
#include "fit/pacemaker/task.hpp"
#include "fit/pacemaker/trainer.hpp"
#include "synthetic.hpp"

using namespace mlip;
using namespace mlip::fit::pacemaker;
using core::Vec3;

namespace {

const std::vector<std::string> elements = {"Al", "Ni"};
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::vector<fit::Item> labelled_partly(int count) {
  auto items = synthetic::structures(elements, count);
  synthetic::label(items, synthetic::truth(elements), synthetic::isolated);
  items[0].force_mask.assign(items[0].structure.size(), 1);
  items[0].force_mask[3] = 0;
  items[0].labels.forces[3] = Vec3::Constant(nan);
  items[1].fit_energy = items[1].fit_stress = false;
  items[2].weight = 3;
  return items;
}

/// Σ of the linear fit's squared, weighted residuals of energies and forces, against `model`.
double our_loss(const std::vector<fit::Item>& items, const potential::Calculator& model,
                const fit::Options& weights) {
  double loss = 0;
  for (const auto& item : items) {
    const auto found = model.evaluate(item.structure);
    double energy = *item.labels.energy;
    for (const int number : item.structure.numbers)
      energy -= synthetic::isolated[number == 13 ? 0 : 1];
    const double atoms = static_cast<double>(item.structure.size());
    if (item.fit_energy)
      loss += std::pow(weights.energy_weight * item.weight * (found.energy - energy) / atoms, 2);
    for (std::size_t i = 0; i < item.structure.size(); ++i)
      if (item.force_mask.empty() || item.force_mask[i] > 0)
        loss += std::pow(weights.force_weight * item.weight, 2) *
                (found.forces[i] - item.labels.forces[i]).squaredNorm();
  }
  return loss;
}

/// Pacemaker's loss without penalties: its weights sum to 1, for energies and for forces.
double its_loss(const Task& task, const potential::Calculator& model) {
  double energies = 0, forces = 0, energy_weights = 0, force_weights = 0;
  for (const auto& frame : task.frames) {
    const auto found = model.evaluate(frame.structure);
    const double weight = std::get<double>(frame.info.at("energy_weight"));
    const double residual = found.energy - std::get<double>(frame.info.at("energy_corrected"));
    energies += weight * std::pow(residual / static_cast<double>(frame.structure.size()), 2);
    energy_weights += weight;
    for (std::size_t i = 0; i < frame.structure.size(); ++i) {
      const double w = frame.columns.at("force_mask").numbers[i];
      forces += w * (found.forces[i] - frame.labels.forces[i]).squaredNorm();
      force_weights += w;
    }
  }
  return (1 - task.kappa) * energies / energy_weights + task.kappa * forces / force_weights;
}

// Of a real run of python-ace 0.4.0rc1 with tensorpotential 0.6.2.1.
const std::string metrics_text =
    "ladder_step cycle_step iter_num loss                   e_loss_contrib         f_loss_contrib  "
    "       reg_loss               rmse_epa               rmse_f_comp            low_rmse_epa      "
    " "
    "    low_rmse_f_comp        mae_f_comp             low_mae_f_comp         nfuncs ncoefs "
    "l1_reg_contrib         l2_reg_contrib         smooth_orth            smooth_w1              "
    "smooth_w2              smooth_w3             \n"
    "0           0          2        0.120989387551067      0.00044892908219898924 "
    "0.12054045271055097    5.758317030068451e-09  0.02532443997967715    0.36596972053034205    "
    "0.02532443997967715    0.36596972053034205    0.3032925052443915     0.3032925052443915     4 "
    " "
    "    8      5.04258178249487e-09   7.157352475735814e-10  0                      0             "
    " "
    "        0                      0                     \n"
    "0           0          3        0.08811107647564914    0.007991045833986027   "
    "0.08012002119812826    9.443534852949154e-09  0.10684465247656143    0.2983659594787885     "
    "0.10684465247656143    0.2983659594787885     0.24480819920310226    0.24480819920310226    4 "
    " "
    "    8      7.742334812810225e-09  1.7012000401389288e-09 0                      0             "
    " "
    "        0                      0                     \n";

}  // namespace

TEST_CASE("Pacemaker's loss is ours but for a factor, whatever the model") {
  const auto basis = synthetic::basis(elements);
  const auto items = labelled_partly(4);
  fit::Options weights;
  weights.energy_weight = 7;
  weights.force_weight = 0.5;
  const Task task = make_task(items, basis, synthetic::isolated, weights);
  CHECK(task.frames.size() == 4);
  CHECK(task.frames[0].labels.forces[3] == Vec3::Zero());
  CHECK(task.frames[0].columns.at("force_mask").numbers[3] == 0);
  CHECK(std::get<double>(task.frames[1].info.at("energy_weight")) == 0);
  auto half = synthetic::truth(elements);
  for (auto& functions : half.functions)
    for (auto& function : functions) function.coefficients[0] *= 0.5;
  const ace::Evaluator one(half), nothing(basis);
  CHECK(our_loss(items, one, weights) / its_loss(task, one) ==
        doctest::Approx(our_loss(items, nothing, weights) / its_loss(task, nothing)).epsilon(1e-9));
}

TEST_CASE("a slab repeats along all axes for Pacemaker, and its atoms notice nothing") {
  const auto basis = synthetic::basis(elements);
  const ace::Evaluator model(synthetic::truth(elements));
  auto items = labelled_partly(3);
  for (const std::array<bool, 3>& periodic :
       {std::array{true, true, false}, {false, true, false}, {false, false, false}}) {
    items[2].structure.cell.periodic = periodic;
    const Task task = make_task(items, basis, synthetic::isolated, {});
    const auto& cell = task.frames[2].structure.cell;
    CHECK(cell.all_periodic() == (periodic[0] || periodic[1]));
    CHECK(cell.any_periodic() == cell.all_periodic());
    CHECK(model.evaluate(task.frames[2].structure).energy ==
          doctest::Approx(model.evaluate(items[2].structure).energy).epsilon(1e-12));
  }
}

TEST_CASE("a task without energies or forces is refused") {
  auto items = labelled_partly(3);
  for (auto& item : items) item.labels.forces.clear();
  CHECK_THROWS_AS((void)make_task(items, synthetic::basis(elements), synthetic::isolated, {}),
                  core::UserError);
  items = labelled_partly(3);
  for (auto& item : items) item.fit_energy = false;
  CHECK_THROWS_AS((void)make_task(items, synthetic::basis(elements), synthetic::isolated, {}),
                  core::UserError);
}

TEST_CASE("the start has all functions, the embedding asked for and no core") {
  auto basis = synthetic::basis(elements);
  basis.bond(0, 1).core_prefactor = 1;
  const auto start = start_potential(basis, {});
  CHECK(start.function_count() == basis.function_count());
  CHECK(start.embeddings[1].densities() == 2);
  CHECK(start.functions[1].back().coefficients == std::vector<double>{0, 0});
  CHECK(start.bond(0, 1).core_prefactor == 0);
  Options odd;
  odd.embedding = {1, 1, 1};
  CHECK_THROWS_AS((void)start_potential(basis, odd), core::UserError);
}

TEST_CASE("the input file names what was written and the share of the forces") {
  Options options;
  options.iterations = 17;
  const std::string text = input_text(options, 0.25);
  for (const char* part : {"potential: start.yaml", "filename: train.pckl.gzip", "kappa: 0.25,",
                           "L2_coeffs: 1e-08", "maxiter: 17", "evaluator: tensorpot"})
    CHECK_MESSAGE(text.find(part) != std::string::npos, part);
}

TEST_CASE("the last whole line of metrics.txt counts") {
  const auto last = last_metrics(metrics_text);
  REQUIRE(last);
  CHECK(last->iteration == 3);
  CHECK(last->loss == 0.08811107647564914);
  CHECK(last->energy_rmse == 0.10684465247656143);
  CHECK(last->force_rmse == 0.2983659594787885);
  CHECK(last_metrics(metrics_text.substr(0, metrics_text.size() - 20))->iteration == 2);
  CHECK(!last_metrics(metrics_text.substr(0, metrics_text.find('\n') + 1)));
  CHECK(!last_metrics(""));
  std::string diverged = metrics_text;
  diverged.replace(diverged.find("0.08811107647564914"), 19, "nan");
  CHECK(std::isnan(last_metrics(diverged)->loss));
}

TEST_CASE("our active set leaves masked atoms out and grades the others at most 1") {
  auto items = labelled_partly(8);
  const auto truth = synthetic::truth(elements);
  CHECK(!suits_pace_activeset(truth, items));
  const auto set = own_active_set(truth, items, 1);
  const ace::Evaluator model(truth, set);
  for (const auto& item : items) {
    const auto found = model.evaluate(item.structure, {.gamma = true});
    for (std::size_t i = 0; i < found.gamma.size(); ++i)
      if (item.force_mask.empty() || item.force_mask[i] > 0) CHECK(found.gamma[i] < 1.02);
  }
  items[0].force_mask.clear();
  CHECK(suits_pace_activeset(truth, items) ==
        (8 * 8 >= static_cast<int>(truth.functions[0].size())));
  items.resize(1);
  CHECK(!suits_pace_activeset(truth, items));
}

TEST_CASE("a Pacemaker that is not there is a missing tool") {
  try {
    (void)fit_with_pacemaker(synthetic::basis(elements), labelled_partly(3), synthetic::isolated,
                             {}, {.python = "/nowhere/python"}, {.folder = "unused"});
    FAIL("it must be missed");
  } catch (const core::UserError& error) {
    CHECK(error.code() == core::ExitCode::missing_tool);
    CHECK(std::string(error.what()).find("/nowhere/python") != std::string::npos);
  }
}
