// Nonlinear ACE fit beside the linear one of the same basis:
// bench_nonlinear_fit BASIS.yaml TRAIN.extxyz TEST.extxyz [key=value ...]
// BASIS.yaml is a potential of which the functions and bonds are taken, not the coefficients.

#include <fmt/format.h>

#include <cstdlib>
#include <ctime>
#include <map>
#include <string>

#include "ace/evaluator.hpp"
#include "ace/files.hpp"
#include "fit/linear.hpp"
#include "fit/nonlinear.hpp"
#include "fit_data.hpp"

using namespace mlip;
using namespace mlip::benchmark;

namespace {

/// The basis alone: radial coefficients δ_nk, one density, function coefficients 0.
ace::Potential stripped(ace::Potential potential) {
  for (ace::Embedding& embedding : potential.embeddings) embedding.parameters = {1, 1};
  for (ace::Bond& bond : potential.bonds) {
    bond.core_prefactor = bond.core_exponent = 0;
    std::size_t at = 0;
    for (int n = 0; n < bond.nradmax; ++n)
      for (int l = 0; l <= bond.lmax; ++l)
        for (int k = 0; k < bond.nradbasemax; ++k) bond.coefficients[at++] = n == k ? 1 : 0;
  }
  for (auto& functions : potential.functions)
    for (ace::Function& function : functions) function.coefficients = {0};
  return potential;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    fmt::print("usage: bench_nonlinear_fit BASIS.yaml TRAIN.extxyz TEST.extxyz [key=value ...]\n");
    return 2;
  }
  std::map<std::string, double> settings;
  for (int k = 4; k < argc; ++k) {
    const std::string text = argv[k];
    const std::size_t split = text.find('=');
    settings[text.substr(0, split)] = std::atof(text.substr(split + 1).c_str());
  }
  const auto setting = [&](const char* name, double otherwise) {
    const auto found = settings.find(name);
    return found == settings.end() ? otherwise : found->second;
  };
  const ace::Potential basis = stripped(ace::read_yaml(argv[1]));
  const auto train = read(argv[2]), test = read(argv[3]);
  fit::Options linear;
  linear.stress_weight = 0;
  linear.energy_weight = setting("energy_weight", linear.energy_weight);
  linear.threads = static_cast<int>(setting("threads", 0));
  linear.smoothness_power = setting("smoothness", linear.smoothness_power);
  const std::vector<double> isolated(basis.species(), 0);
  if (setting("linear", 0) > 0) {
    const double start = cpu_seconds();
    const fit::Fit fit = fit::fit_linear(basis, train, isolated, linear);
    fmt::print("linear: {} functions, {:.2f} CPU s, assembly {:.2f} s, solve {:.2f} s\n",
               basis.function_count(), cpu_seconds() - start, fit.assembly_seconds,
               fit.solve_seconds);
    print("train", fit.train);
    print("test", fit::measure(ace::Evaluator(fit.potential), test));
  }
  fit::NonlinearOptions options;
  options.iterations = static_cast<int>(setting("iterations", options.iterations));
  options.tolerance = setting("tolerance", options.tolerance);
  options.patience = static_cast<int>(setting("patience", options.patience));
  options.train_radial = setting("radial", 1) > 0;
  options.wall_seconds = setting("wall", 0);
  if (setting("pacemaker", 0) > 0) options.loss = "pacemaker";
  options.kappa = setting("kappa", options.kappa);
  if (setting("densities", 2) < 2) options.embedding = {1, 1};
  fit::NonlinearData data{train, {}, isolated, {}};
  if (setting("peek", 0) > 0) data.held_out = test;
  const double start = cpu_seconds();
  const fit::NonlinearFit fit =
      fit::fit_nonlinear(basis, data, linear, options, [&](const fit::NonlinearProgress& progress) {
        fmt::print(
            "{:3} {:8.2f} CPU s {:8.2f} s {} functions {} parameters loss {:.6g} test {:.6g}\n",
            progress.iteration, cpu_seconds() - start, progress.wall_seconds, progress.functions,
            progress.parameters, progress.loss, progress.held_out.value_or(0));
        std::fflush(stdout);
        return true;
      });
  fmt::print("nonlinear: {:.2f} CPU s, {:.2f} s, {} iterations\n", cpu_seconds() - start,
             fit.wall_seconds, fit.iterations);
  print("train", fit.train);
  print("test", fit::measure(ace::Evaluator(fit.potential), test));
  return 0;
}
