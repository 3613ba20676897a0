#include "fit/active_builder.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "core/error.hpp"
#include "synthetic.hpp"

using namespace mlip;

namespace {

/// Two densities, the second with an embedding that bends.
ace::Potential two_densities() {
  ace::Potential potential = synthetic::truth(synthetic::alloy);
  for (ace::Embedding& embedding : potential.embeddings) embedding.parameters = {1, 1, 1, 0.5};
  for (auto& functions : potential.functions)
    for (ace::Function& function : functions)
      function.coefficients.push_back(0.5 * function.coefficients[0] + 0.01);
  return potential;
}

std::vector<core::Structure> cells(int count) {
  std::vector<core::Structure> structures;
  for (const fit::Item& item : synthetic::structures(synthetic::alloy, count))
    structures.push_back(item.structure);
  return structures;
}

double largest_grade(const ace::Potential& potential, const ace::ActiveSetInverse& set,
                     const std::vector<core::Structure>& structures) {
  const ace::Evaluator model(potential, set);
  double largest = 0;
  for (const core::Structure& structure : structures)
    for (double gamma : model.evaluate(structure, {.gamma = true, .descriptors = false}).gamma)
      largest = std::max(largest, gamma);
  return largest;
}

ace::ActiveSetInverse build(fit::ActiveSetBuilder& builder,
                            const std::vector<core::Structure>& structures, int& passes) {
  passes = 0;
  do {
    ++passes;
    for (std::size_t k = 0; k < structures.size(); k += 5)
      builder.add(
          std::span(structures).subspan(k, std::min<std::size_t>(5, structures.size() - k)));
  } while (!builder.end_pass());
  return builder.inverse();
}

}  // namespace

TEST_CASE("the evaluator grades the atoms of the set at one, linear and full, whole and streamed") {
  const ace::Potential potential = two_densities();
  const auto structures = cells(80);
  for (const bool full : {false, true}) {
    fit::ActiveSetOptions options;
    options.full = full;
    fit::ActiveSetBuilder whole(potential, options);
    int passes = 0;
    const auto set = build(whole, structures, passes);
    CHECK(passes == 1);
    CHECK(largest_grade(potential, set, structures) == doctest::Approx(1).epsilon(0.002));
    options.batch_bytes = 1;  // as few atoms as it may
    fit::ActiveSetBuilder streamed(potential, options);
    const auto again = build(streamed, structures, passes);
    CHECK(passes > 1);
    CHECK(largest_grade(potential, again, structures) == doctest::Approx(1).epsilon(0.002));
    for (std::size_t s = 0; s < 2; ++s) {
      CHECK(whole.elements()[s].atoms == 80 * 8);
      CHECK(streamed.elements()[s].atoms == 80 * 8);
      CHECK(streamed.elements()[s].log_determinant ==
            doctest::Approx(whole.elements()[s].log_determinant).epsilon(0.01));
      CHECK(whole.elements()[s].functions ==
            static_cast<Eigen::Index>((full ? 2 : 1) * potential.functions[s].size()));
    }
  }
}

TEST_CASE("an element the potential does not have is an error") {
  const ace::Potential potential = synthetic::truth({"Al"});
  fit::ActiveSetBuilder builder(potential, {});
  const auto structures = cells(1);
  CHECK_THROWS_AS(builder.add(structures), core::UserError);
}
