#include "dft/recipe.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "dft/ase_oracle.hpp"
#include "dft/espresso/espresso.hpp"
#include "dft/espresso/recipe.hpp"
#include "dft/vasp/recipe.hpp"
#include "dft/vasp/vasp.hpp"

namespace mlip::dft {

std::shared_ptr<const Oracle> open_recipe(const std::string& recipe, const ScratchFolders& scratch,
                                          int workers) {
  try {
    const auto json = nlohmann::ordered_json::parse(recipe);
    const auto engine = json.at("engine").get<std::string>();
    if (engine == "espresso")
      return std::make_shared<espresso::Espresso>(espresso::parameters_of(json), scratch);
    if (engine == "vasp") return std::make_shared<vasp::Vasp>(vasp::parameters_of(json), scratch);
    if (engine == "ase") {
      AseParameters parameters;
      fields_from_json(json.at("ase"), parameters);
      return std::make_shared<AseOracle>(parameters, workers);
    }
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("a recipe of the unknown engine '{}'", engine),
                          "use one version of this program here and on the nodes");
  } catch (const nlohmann::json::exception& error) {
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("a damaged recipe: {}", error.what()),
                          "remove the folder that it lies in, and start again");
  }
}

}  // namespace mlip::dft
