/// Time an atom of projections with gradients and of energy with forces: 822 functions, 80
/// neighbours.
#include <fmt/format.h>

#include <chrono>
#include <random>

#include "ace/basis.hpp"
#include "ace/evaluator.hpp"
#include "ace/projector.hpp"

using namespace mlip;

namespace {

std::vector<ace::AtomNeighbor> neighbors(int count, double radius) {
  std::mt19937 engine(1);
  std::uniform_real_distribution<double> unit(-1, 1);
  std::vector<ace::AtomNeighbor> list;
  while (static_cast<int>(list.size()) < count) {
    const core::Vec3 v(unit(engine), unit(engine), unit(engine));
    if (v.norm() < 1 && v.norm() > 0.4) list.push_back({radius * v, 0});
  }
  return list;
}

template <class Work>
double microseconds(int repeats, const Work& work) {
  work();
  double best = 1e300;
  for (int i = 0; i < repeats; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::micro> time = std::chrono::steady_clock::now() - start;
    best = std::min(best, time.count());
  }
  return best;
}

}  // namespace

int main() {
  ace::BasisOptions options;
  options.nradmax_by_orders = {8, 8, 4, 3, 2};
  options.lmax_by_orders = {0, 4, 3, 2, 1};
  ace::Potential potential = ace::make_basis({"Cu"}, options);
  for (auto& function : potential.functions[0]) function.coefficients = {1e-3};
  const ace::Projector projector(potential);
  const ace::Evaluator evaluator(potential);
  const auto workspace = projector.make_workspace();
  const auto around = neighbors(80, 5.9);
  Eigen::VectorXd values;
  ace::Projector::Gradients gradients;
  ace::AtomResult result;
  fmt::print("functions {}, neighbours {}\n", projector.function_count(0), around.size());
  fmt::print("projections            {:8.1f} us\n",
             microseconds(200, [&] { projector.atom(0, around, *workspace, values, nullptr); }));
  fmt::print("projections, gradients {:8.1f} us\n",
             microseconds(200, [&] { projector.atom(0, around, *workspace, values, &gradients); }));
  fmt::print("energy, forces         {:8.1f} us\n",
             microseconds(500, [&] { evaluator.atom(0, around, {}, result); }));
}
