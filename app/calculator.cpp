#include "app/calculator.hpp"

#include "app/model.hpp"
#include "surrogate/open.hpp"

namespace mlip::app {

NamedCalculator open_calculator(const std::string& model, int workers) {
  if (std::filesystem::is_directory(model) || model.ends_with(".yaml") ||
      model.ends_with(".yace")) {
    const PotentialFiles files = find_potential(model);
    return {std::make_unique<ace::Evaluator>(load_model(files)), files.potential.string()};
  }
  auto surrogate = surrogate::open_surrogate(model, workers);
  return {std::move(surrogate.calculator), surrogate.model + " " + surrogate.version};
}

}  // namespace mlip::app
