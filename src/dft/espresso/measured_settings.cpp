#include "dft/espresso/measured_settings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/file.hpp"
#include "dft/md5.hpp"

namespace mlip::dft::espresso {

namespace {

MeasuredSettings settings_from(const nlohmann::json& json) {
  MeasuredSettings settings;
  json.at("ecutwfc_ry").get_to(settings.ecutwfc_ry);
  json.at("ecutrho_ry").get_to(settings.ecutrho_ry);
  json.at("k_spacing").get_to(settings.k_spacing);
  json.at("occupations").get_to(settings.occupations);
  json.at("smearing").get_to(settings.smearing);
  json.at("degauss_ry").get_to(settings.degauss_ry);
  const auto& wanted = json.at("wanted");
  wanted.at("energy_meV_per_atom").get_to(settings.wanted.energy_mev_per_atom);
  wanted.at("force_meV_per_A").get_to(settings.wanted.force_mev_per_a);
  wanted.at("stress_GPa").get_to(settings.wanted.stress_gpa);
  json.at("date").get_to(settings.date);
  json.at("systems").get_to(settings.systems);
  return settings;
}

}  // namespace

Checksums checksums_of(const Parameters& parameters) {
  Checksums checksums;
  for (const auto& [element, species] : parameters.species) checksums.push_back(species.checksum);
  return checksums;
}

std::filesystem::path settings_file(const std::filesystem::path& folder, Checksums checksums) {
  std::ranges::sort(checksums);
  return folder / (md5(fmt::format("{}", fmt::join(checksums, " "))) + ".json");
}

std::optional<MeasuredSettings> find_settings(const std::filesystem::path& folder,
                                              const Checksums& checksums) {
  auto file = settings_file(folder, checksums);
  if (folder.empty() || !std::filesystem::exists(file)) return std::nullopt;
  try {
    return settings_from(nlohmann::json::parse(core::read_file(file)));
  } catch (const nlohmann::json::exception& error) {
    throw core::UserError(
        core::ExitCode::bad_input,
        fmt::format("'{}' is no measurement of settings: {}", file.string(), error.what()),
        "remove it, or measure again with 'mlip-auto converge'");
  }
}

std::filesystem::path keep_settings(const std::filesystem::path& folder, const Checksums& checksums,
                                    const MeasuredSettings& settings) {
  const nlohmann::ordered_json json = {
      {"pseudopotentials_md5", checksums},
      {"systems", settings.systems},
      {"date", settings.date},
      {"wanted",
       {{"energy_meV_per_atom", settings.wanted.energy_mev_per_atom},
        {"force_meV_per_A", settings.wanted.force_mev_per_a},
        {"stress_GPa", settings.wanted.stress_gpa}}},
      {"ecutwfc_ry", settings.ecutwfc_ry},
      {"ecutrho_ry", settings.ecutrho_ry},
      {"k_spacing", settings.k_spacing},
      {"occupations", settings.occupations},
      {"smearing", settings.smearing},
      {"degauss_ry", settings.degauss_ry}};
  core::make_folder(folder);
  auto file = settings_file(folder, checksums);
  core::write_atomically(file, json.dump(2) + "\n");
  return file;
}

}  // namespace mlip::dft::espresso
