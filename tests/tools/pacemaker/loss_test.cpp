/// Pacemaker's loss, of which it prints every part.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <map>
#include <sstream>

#include "../../unit/fit/nonlinear_truth.hpp"
#include "../../unit/fit/synthetic.hpp"
#include "core/file.hpp"
#include "exec/process.hpp"
#include "fit/nonlinear.hpp"
#include "fit/pacemaker/data_set.hpp"
#include "fit/pacemaker/installation.hpp"
#include "fit/pacemaker/python.hpp"
#include "fit/pacemaker/task.hpp"

using namespace mlip;

namespace {

/// Labels that count differently, or not.
std::vector<fit::Item> labelled_for_pacemaker() {
  auto items = synthetic::structures(synthetic::alloy, 5);
  synthetic::label(items, synthetic::truth(synthetic::alloy), synthetic::isolated);
  items[0].force_mask.assign(items[0].structure.size(), 1);
  items[0].force_mask[3] = 0;
  items[1].fit_energy = false;
  items[2].weight = 3;
  return items;
}

/// Two densities, pairs of different reach, radial functions that are no single basis functions.
ace::Potential start() {
  ace::Potential potential = synthetic::nonlinear_truth(synthetic::alloy);
  potential.bond(0, 0).rcut = 4.2;
  return potential;
}

fit::NonlinearOptions all_penalties() {
  fit::NonlinearOptions options;
  options.loss = "pacemaker";
  options.kappa = 0.4;
  options.l1 = 2e-3;
  options.l2 = 3e-3;
  options.w0_rad = 1e-3;
  options.w1_rad = 5e-4;
  options.w2_rad = 2e-4;
  options.w_orth = 4e-3;
  return options;
}

/// The last line of metrics.txt by the header's names.
std::map<std::string, double> printed(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string header, line, last;
  std::getline(in, header);
  while (std::getline(in, line)) last = line;
  std::istringstream names(header), numbers(last);
  std::map<std::string, double> result;
  double number = 0;
  for (std::string name; names >> name && numbers >> number;) result[name] = number;
  return result;
}

}  // namespace

TEST_CASE("each part of Pacemaker's loss is ours") {
  const auto items = labelled_for_pacemaker();
  const ace::Potential model = start();
  const fit::NonlinearOptions options = all_penalties();
  const fit::pacemaker::ScratchFolder folder;
  const auto tools = fit::pacemaker::find_installation(CMAKE_SOURCE_DIR "/build/venv/bin/python");
  ace::Potential unbound = model;
  unbound.E0.assign(2, 0);
  ace::write_yaml(unbound, folder.path() / "start.yaml");
  const auto task = fit::pacemaker::make_task(items, model, synthetic::isolated, {});
  fit::pacemaker::write_data_set(folder.path() / "train.pckl.gzip", task.frames, tools.python);
  core::write_atomically(folder.path() / "input.yaml",
                         fmt::format(R"(potential: start.yaml
data: {{filename: train.pckl.gzip}}
fit:
  loss: {{kappa: {}, L1_coeffs: {}, L2_coeffs: {}, w0_rad: {}, w1_rad: {}, w2_rad: {}, w_orth: {}}}
  optimizer: BFGS
  maxiter: 1
backend: {{evaluator: tensorpot, batch_size: 100, display_step: 1}}
)",
                                     options.kappa, options.l1, options.l2, options.w0_rad,
                                     options.w1_rad, options.w2_rad, options.w_orth));
  exec::Command command;
  command.argv = {tools.pacemaker.string(), "--no-predict", "input.yaml"};
  command.folder = folder.path();
  command.standard_error = "pacemaker.err";
  command.environment = {{"TF_CPP_MIN_LOG_LEVEL", "2"}, {"MPLBACKEND", "Agg"}};
  command.time_limit_seconds = 600;
  REQUIRE_MESSAGE(exec::run(command).code == 0,
                  fit::pacemaker::last_lines(folder.path() / "pacemaker.err", 20));

  const auto its = printed(folder.path() / "metrics.txt");
  ace::Potential fitted = ace::read_yaml(folder.path() / "output_potential.yaml");
  const fit::NonlinearData data{items, {}, synthetic::isolated, {}};
  CHECK(fit::loss_of(fitted, data, {}, options) == doctest::Approx(its.at("loss")).epsilon(1e-8));

  const fit::NonlinearOptions none{.loss = "pacemaker", .kappa = options.kappa, .l1 = 0, .l2 = 0};
  const double labels = fit::loss_of(fitted, data, {}, none);
  CHECK(labels ==
        doctest::Approx(its.at("e_loss_contrib") + its.at("f_loss_contrib")).epsilon(1e-8));
  for (const auto& [name, weight] : {std::pair{"l1_reg_contrib", &fit::NonlinearOptions::l1},
                                     {"l2_reg_contrib", &fit::NonlinearOptions::l2},
                                     {"smooth_orth", &fit::NonlinearOptions::w_orth},
                                     {"smooth_w1", &fit::NonlinearOptions::w0_rad},
                                     {"smooth_w2", &fit::NonlinearOptions::w1_rad},
                                     {"smooth_w3", &fit::NonlinearOptions::w2_rad}}) {
    fit::NonlinearOptions one = none;
    one.*weight = options.*weight;
    CAPTURE(name);
    CHECK(its.at(name) > 1e-6);
    CHECK(fit::loss_of(fitted, data, {}, one) - labels ==
          doctest::Approx(its.at(name)).epsilon(1e-8));
  }
}
