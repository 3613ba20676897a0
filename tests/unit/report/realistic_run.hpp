/// A database as a finished run leaves it, with numbers of a plausible size.
#pragma once

#include <stdlib.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "core/seed.hpp"
#include "store/database.hpp"

namespace mlip::report::test {

using Json = nlohmann::ordered_json;

struct Folder {
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "mlip_report_XXXXXX").string();
    path = mkdtemp(pattern.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path); }
  [[nodiscard]] std::filesystem::path file() const { return path / "mlip.db"; }
  std::filesystem::path path;
};

inline core::Structure cell(std::uint64_t item) {
  core::Structure structure;
  structure.cell.vectors = (3.9 + 1e-4 * static_cast<double>(item)) * core::Mat3::Identity();
  structure.cell.periodic = {true, true, true};
  structure.numbers = {13, 28, 28, 28};
  structure.positions = {{0, 0, 0}, {0, 1.9, 1.9}, {1.9, 0, 1.9}, {1.9, 1.9, 0}};
  auto engine = core::random_engine(item, "cell");
  for (auto& position : structure.positions)
    position += 0.1 * core::Vec3(core::normal(engine), core::normal(engine), core::normal(engine));
  return structure;
}

inline std::vector<core::Attempt> attempts_of(int item, double seconds) {
  if (item % 11 == 3)
    return {{"scf_not_converged", "", 2 * seconds, 100, "estimated scf accuracy 2.1e-03 Ry"},
            {"none", "mixing_beta 0.3", seconds, 38, ""}};
  if (item % 23 == 5)
    return {{"scf_not_converged", "", seconds, 100, "estimated scf accuracy 8.4e-02 Ry"},
            {"diagonalisation_failed", "mixing_beta 0.3", seconds / 2, 12,
             "c_bands: 5 eigenvalues not converged"},
            {"none", "diagonalization cg", seconds, 45, ""}};
  if (item == 40)
    return {{"time_limit", "", 900, 61, "killed after 900 s"},
            {"time_limit", "more_time", 1800, 130, "killed after 1800 s"}};
  return {{"none", "", seconds, 18 + item % 9, ""}};
}

inline void add_records(store::Database& database) {
  const std::vector<std::string> types = {"strain",  "rattle", "md",      "embedded",
                                          "vacancy", "eos",    "isolated"};
  auto engine = core::random_engine(7, "records");
  for (int item = 0; item < 150; ++item) {
    store::Record record;
    record.candidate.structure = cell(static_cast<std::uint64_t>(item));
    record.candidate.generation = item < 30 ? 1 : 2 + (item - 30) / 30;
    record.candidate.config_type = record.candidate.generation == 1 ? types[item % 2 == 0   ? 0
                                                                            : item % 3 == 0 ? 4
                                                                                            : 1]
                                                                    : types[item % 4 == 0   ? 3
                                                                            : item % 5 == 0 ? 1
                                                                                            : 2];
    if (item < 2) record.candidate.config_type = "isolated";
    if (item >= 22 && item < 30) record.candidate.config_type = "eos";
    record.holdout = item % 9 == 0;
    record.state = item == 40   ? store::State::failed
                   : item < 132 ? store::State::labeled
                                : store::State::candidate;
    if (item >= 144) record.state = store::State::dropped;
    if (item < 132) {
      record.outcome.attempts = attempts_of(item, 22 + 9 * std::abs(core::normal(engine)));
      record.outcome.level_of_theory = "pbe-4f2a91c07d31e5b8";
    }
    if (record.state == store::State::labeled) {
      record.outcome.accepted = true;
      record.outcome.labels.energy = -21.5 + 0.2 * core::normal(engine);
      record.outcome.labels.forces.assign(4, {0.1, -0.2, 0.1});
    }
    (void)database.add(record).value();
  }
}

inline Json errors(double energy, double force, double stress) {
  return {{"energy_rmse_meV_per_atom", energy},
          {"force_rmse_meV_per_A", force},
          {"stress_rmse_GPa", stress}};
}

inline Json parity() {
  auto engine = core::random_engine(3, "parity");
  Json energy = Json::array(), force = Json::array(), stress = Json::array();
  for (int i = 0; i < 40; ++i) {
    const double e = -5.38 + 0.12 * core::uniform(engine);
    energy.push_back({e, e + 0.0021 * core::normal(engine)});
  }
  for (int i = 0; i < 500; ++i) {
    const double f = 1.1 * core::normal(engine);
    force.push_back({f, f + 0.038 * core::normal(engine)});
  }
  for (int i = 0; i < 120; ++i) {
    const double s = 6 * core::normal(engine);
    stress.push_back({s, s + 0.3 * core::normal(engine)});
  }
  return {{"energy", energy}, {"force", force}, {"stress", stress}};
}

inline void add_versions(store::Database& database) {
  const double energy[] = {11.4, 4.9, 3.0, 2.2, 2.4}, force[] = {142, 84, 58, 44, 43},
               stress[] = {1.3, .71, .42, .33, .31};
  for (int g = 1; g <= 5; ++g) {
    const Json metrics = {
        {"holdout", errors(energy[g - 1], force[g - 1], stress[g - 1])},
        {"train", errors(0.5 * energy[g - 1], 0.8 * force[g - 1], 0.7 * stress[g - 1])},
        {"labels", 24 * g},
        {"functions", 412},
        {"prior_strength", 1e-4 * g},
        {"seconds", {{"assembly", 4.1 * g}, {"solve", 0.8}}},
        {"parity", parity()}};
    const std::string folder = "generations/00" + std::to_string(g) + "/potential";
    database.add_version({g, "9f31c2aa7be4d01" + std::to_string(g), metrics.dump(),
                          folder + ".yace", folder + ".yaml", folder + ".asi"});
  }
}

inline void add_walks(store::Database& database) {
  for (int g = 1; g <= 4; ++g)
    for (int w = 0; w < 2; ++w) {
      auto engine = core::random_engine(11, "walk", static_cast<std::uint64_t>(10 * g + w));
      Json samples = Json::array();
      const int count = g == 1 ? 70 + 40 * w : 250;
      double drift = 0;
      for (int i = 0; i < count; ++i) {
        drift += 0.05 * core::normal(engine);
        const double gamma =
            (0.7 + (5.0 - g) * i / 150.0) * std::exp(0.12 * core::normal(engine) + 0.3 * drift / g);
        samples.push_back({0.02 * i, g == 1 && i == count - 1 ? 130.0 : gamma, 300 + 3.6 * i});
      }
      const Json walk = {{"temperature", {300, 1200}},
                         {"samples", samples},
                         {"threshold", 2.0},
                         {"end", g == 1 ? "gamma limit" : "finished"}};
      database.put_document("gamma/" + std::to_string(g) + "/" + std::to_string(w), walk.dump());
    }
}

inline Json curve(double a0, double bulk_gpa, double e0) {
  const double v0 = a0 * a0 * a0 / 4;
  Json points = Json::array();
  for (int i = 0; i < 9; ++i) {
    const double volume = v0 * std::pow(0.96 + 0.01 * i, 3), x = std::pow(v0 / volume, 2.0 / 3);
    const double energy = 9 * v0 * bulk_gpa / 160.2176634 / 16 *
                          ((x - 1) * (x - 1) * (x - 1) * 4.4 + (x - 1) * (x - 1) * (6 - 4 * x));
    points.push_back({volume, e0 + energy});
  }
  return {{"points", points},
          {"fit", {{"a0", a0}, {"B", bulk_gpa}, {"V0", v0}, {"E0", e0}, {"B1", 4.4}}}};
}

inline void add_documents(store::Database& database) {
  const Json run = {{"name", "nickel-aluminium"},
                    {"elements", {"Al", "Ni"}},
                    {"seed", 20240611},
                    {"cores", 2},
                    {"started", 1765372800.0},
                    {"wall_s", 6732.4},
                    {"engine_busy_fraction", 0.913},
                    {"stop_reason", "targets reached"},
                    {"version", "0.1.0"},
                    {"level_of_theory", "pbe-4f2a91c07d31e5b8"},
                    {"published_generation", 4},
                    {"guards",
                     {{{"name", "dimer Al-Ni"},
                       {"held", true},
                       {"value", 0},
                       {"limit", 5},
                       {"unit", "meV"},
                       {"detail", "2.105 Å to 1.052 Å"}},
                      {{"name", "energy drift"},
                       {"held", false},
                       {"value", 3e-5},
                       {"limit", 1e-6},
                       {"unit", "eV/atom/ps"},
                       {"detail", "begun at 1200 K, 32 atoms, 1 ps in steps of 1.00 fs"}}}},
                    {"targets", {{"energy_rmse_meV_per_atom", 5}, {"force_rmse_meV_per_A", 50}}}};
  database.put_document("run", run.dump());
  database.put_document(
      "config", Json("loop:\n  workers: 2  # <b>cores</b>\ndft:\n  ecutwfc_ry: 45\n").dump());
  database.put_document("eos", Json{{"potential", curve(3.571, 176.2, -5.3871)},
                                    {"dft", curve(3.566, 179.4, -5.3859)}}
                                   .dump());
}

inline void make_realistic_run(const std::filesystem::path& file) {
  store::Database database(file);
  database.transaction([&] {
    add_records(database);
    add_versions(database);
    add_walks(database);
    add_documents(database);
    for (int g = 4; g <= 5; ++g) {
      database.add_property({"lattice_constant", "Å", 3.571, 3.566, g});
      database.add_property({"bulk_modulus", "GPa", 176.2, 179.4, g});
      database.add_property({"elastic_constant_44", "GPa", 121.0, 112.4, g});
      database.add_property({"vacancy_formation_energy", "eV", 1.52, std::nullopt, g});
    }
  });
}

}  // namespace mlip::report::test
