#include "dft/magnetic_start.hpp"

#include <nlohmann/json.hpp>

namespace mlip::dft {

std::string text_of(const MagneticStart& start) {
  if (start == MagneticStart{}) return "";
  auto moments = nlohmann::ordered_json::array();
  for (const auto& [number, moment] : start.moments) moments.push_back({number, moment});
  return nlohmann::ordered_json{
      {"name", start.name}, {"moments", moments}, {"alternating", start.alternating}}
      .dump();
}

MagneticStart magnetic_start_of(const std::string& text) {
  MagneticStart start;
  if (text.empty()) return start;
  const auto json = nlohmann::json::parse(text);
  start.name = json.at("name").get<std::string>();
  start.alternating = json.at("alternating").get<bool>();
  for (const auto& moment : json.at("moments"))
    start.moments[moment.at(0).get<int>()] = moment.at(1).get<double>();
  return start;
}

}  // namespace mlip::dft
