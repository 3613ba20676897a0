#include "dft/vasp/recipe.hpp"

#include "dft/recipe.hpp"

namespace mlip::dft::vasp {

namespace {

/// A map of described structs is an object of objects; all else is plain.
struct ToJson {
  nlohmann::ordered_json& object;
  void operator()(const char* key, const std::map<std::string, Species>& all) const {
    for (const auto& [symbol, species] : all) object[key][symbol] = fields_to_json(species);
  }
  void operator()(const char* key, const auto& member) const { object[key] = member; }
};

struct FromJson {
  const nlohmann::ordered_json& object;
  void operator()(const char* key, std::map<std::string, Species>& all) const {
    for (const auto& [symbol, species] : object.at(key).items())
      fields_from_json(species, all[symbol]);
  }
  void operator()(const char* key, auto& member) const { object.at(key).get_to(member); }
};

}  // namespace

nlohmann::ordered_json recipe_of(const Parameters& parameters) {
  nlohmann::ordered_json recipe = {{"engine", "vasp"}};
  Parameters copy = parameters;
  KeyVisitor visitor(ToJson{recipe["vasp"]});
  copy.describe(visitor);
  return recipe;
}

Parameters parameters_of(const nlohmann::ordered_json& recipe) {
  Parameters parameters;
  KeyVisitor visitor(FromJson{recipe.at("vasp")});
  parameters.describe(visitor);
  return parameters;
}

}  // namespace mlip::dft::vasp
