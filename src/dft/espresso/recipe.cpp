#include "dft/espresso/recipe.hpp"

#include "dft/recipe.hpp"

namespace mlip::dft::espresso {

nlohmann::ordered_json recipe_of(const Parameters& parameters) {
  nlohmann::ordered_json recipe = {{"engine", "espresso"}};
  for (const auto& [symbol, species] : parameters.species)
    recipe["species"][symbol] = {{"pseudopotential", species.pseudopotential},
                                 {"checksum", species.checksum},
                                 {"functional", species.functional},
                                 {"valence", species.valence},
                                 {"starting_moment", species.starting_moment}};
  recipe["dft"] = fields_to_json(parameters);
  return recipe;
}

Parameters parameters_of(const nlohmann::ordered_json& recipe) {
  Parameters parameters;
  fields_from_json(recipe.at("dft"), parameters);
  for (const auto& [symbol, json] : recipe.at("species").items())
    parameters.species[symbol] = {json.at("pseudopotential"), json.at("checksum"),
                                  json.at("functional"), json.at("valence"),
                                  json.at("starting_moment")};
  return parameters;
}

}  // namespace mlip::dft::espresso
