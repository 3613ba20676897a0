#include "pipeline/guarding.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include "core/error.hpp"
#include "core/seed.hpp"
#include "dft/model_oracle.hpp"
#include "fit/core_repulsion.hpp"
#include "generate/generate.hpp"
#include "pipeline/items.hpp"
#include "pipeline/metrics.hpp"
#include "pipeline/repair.hpp"
#include "potential/lennard_jones.hpp"

using namespace mlip;
namespace fs = std::filesystem;

namespace {

pipeline::SystemConfig argon() {
  pipeline::SystemConfig config;
  config.name = "argon";
  config.elements = {"Ar"};
  config.generate.composition = {{"Ar", 1.0}};
  config.generate.prototype = "fcc";
  config.generate.lattice_constant = 5.2;
  config.basis = {{3}, {0}, 6.0};
  config.explore.end_temperature = 40;
  config.guard = {.atoms = 8, .heat_ps = 0.1, .drift_ps = 0.1};
  config.loop.eos_points = 0;
  return config;
}

/// A database with one version a grade: the active set's inverse is that times the identity, and
/// the held-out errors fall from each version to the next.
class Versions {
 public:
  explicit Versions(const std::vector<double>& grades, double attraction = 0)
      : folder_{fs::temp_directory_path() / ("mlip-guarding-" + std::to_string(getpid()))},
        fresh_(fs::remove_all(folder_.root) + (fs::create_directories(folder_.root) ? 1 : 0)),
        database_(folder_.database()),
        run(config_, folder_, oracles_, database_) {
    auto potential = ace::make_basis(config_.elements, config_.basis);
    fit::add_core_repulsion(potential, Eigen::MatrixXd::Constant(1, 1, 3.0), 0);
    potential.functions[0][0].coefficients = {-attraction};
    const auto functions = static_cast<Eigen::Index>(potential.function_count());
    for (std::size_t g = 0; g < grades.size(); ++g) {
      const auto path = folder_.generation(static_cast<int>(g));
      fs::create_directories(path);
      ace::write_yaml(potential, path / "potential.yaml");
      ace::write_yace(potential, path / "potential.yace");
      ace::write_asi({{"Ar", grades[g] * Eigen::MatrixXd::Identity(functions, functions)}},
                     path / "potential.asi");
      fit::Metrics errors;
      errors.energy_rmse_mev_per_atom = 10 - static_cast<double>(g);
      const nlohmann::json metrics = {{"holdout", pipeline::to_json(errors)}};
      const auto name = [&](const char* file) {
        return fs::relative(path / file, folder_.root).string();
      };
      database_.add_version({static_cast<int>(g), "", metrics.dump(), name("potential.yace"),
                             name("potential.yaml"), name("potential.asi")});
    }
  }
  ~Versions() { fs::remove_all(folder_.root); }
  Versions(const Versions&) = delete;
  Versions& operator=(const Versions&) = delete;

  /// Rattled cells and the free atom, labelled by the oracle.
  void label_some(int count) {
    auto engine = core::random_engine(3, "guarding");
    for (int k = 0; k < count; ++k) {
      store::Record record;
      core::Structure& cell = record.candidate.structure;
      cell = core::repeat(generate::ground_state(config_.generate), {2, 2, 1});
      for (core::Vec3& position : cell.positions)
        for (double& x : position) x += 0.15 * core::normal(engine);
      add(record);
    }
    store::Record atom;
    atom.candidate.structure = generate::isolated_atom(18, 12);
    atom.candidate.config_type = "isolated";
    add(atom);
  }

  [[nodiscard]] bool published() const { return fs::exists(folder_.root / "potential.yace"); }
  [[nodiscard]] bool reported() const { return fs::exists(folder_.root / "report.html"); }

 private:
  void add(store::Record& record) {
    record.outcome = oracles_.structures->label(record.candidate.structure, "one", {});
    record.state = store::State::labeled;
    REQUIRE(database_.add(record));
  }

  pipeline::SystemConfig config_ = argon();
  pipeline::RunFolder folder_;
  std::uintmax_t fresh_;
  pipeline::Oracles oracles_{
      std::make_shared<dft::ModelOracle>(std::make_shared<potential::LennardJones>(
          std::map<int, potential::LennardJonesSpecies>{{18, {0.0104, 3.4}}}, 6.0)),
      {}};
  store::Database database_;

 public:
  pipeline::Run run;
};

nlohmann::json metrics_of(const pipeline::Proven& proven) {
  return nlohmann::json::parse(proven.version.metrics_json);
}

}  // namespace

TEST_CASE("the best potential that passes its guards is published") {
  Versions versions({1e3, 1e3, 0});
  const auto proven = pipeline::guard(versions.run);
  CHECK(proven.version.generation == 1);
  CHECK(proven.sound());
  CHECK(proven.guards.size() == 4);
  pipeline::publish(versions.run, proven, pipeline::StopReason::generation_limit);
  CHECK(versions.published());
}

TEST_CASE("a hole right below the data is mended by raising the core") {
  Versions versions({1e3}, 0.1);
  const auto proven = pipeline::guard(versions.run);
  CHECK(proven.sound());
  CHECK(proven.guards[0].name == "dimer Ar-Ar");
  const auto file = versions.run.folder.root / proven.version.yaml_file;
  CHECK(ace::read_yaml(file).bond(0, 0).rcut_in == doctest::Approx(3.0));
  CHECK(metrics_of(proven).at("repair") == pipeline::repairs()[0].name);
  CHECK(metrics_of(proven).at("repaired") == "dimer Ar-Ar");
  const auto as_fitted = versions.run.folder.generation(0) / "potential.yaml";
  CHECK(ace::read_yaml(as_fitted).bond(0, 0).rcut_in == doctest::Approx(2.7));
  pipeline::publish(versions.run, proven, pipeline::StopReason::generation_limit);
  CHECK(ace::read_yaml(versions.run.folder.root / "potential.yaml").bond(0, 0).rcut_in ==
        doctest::Approx(3.0));
}

TEST_CASE("a hole among the data is mended by a fit with a stronger prior") {
  Versions versions({1e3}, 10.0);
  versions.label_some(12);
  const auto proven = pipeline::guard(versions.run);
  CHECK(proven.sound());
  CHECK(metrics_of(proven).at("repair") == pipeline::repairs()[1].name);
  const auto& run = versions.run;
  const auto evidence =
      fit::fit_linear(ace::make_basis(run.config.elements, run.config.basis),
                      pipeline::items_of(run, pipeline::Role::training), {0.0}, run.config.fit);
  CHECK(metrics_of(proven).at("prior_strength").get<double>() ==
        doctest::Approx(10 * evidence.prior_strength));
  CHECK(run.database.versions().front().yaml_file == proven.version.yaml_file);
  CHECK(fs::exists((run.folder.root / proven.version.yaml_file).parent_path() /
                   "potential.committee"));
  CHECK(pipeline::guard(versions.run).version.yaml_file == proven.version.yaml_file);
}

TEST_CASE("where none passes nothing is published and the report tells why") {
  Versions versions({0, 0});
  const auto proven = pipeline::guard(versions.run);
  CHECK(proven.version.generation == 1);
  CHECK_FALSE(proven.sound());
  CHECK_THROWS_WITH_AS(
      pipeline::publish(versions.run, proven, pipeline::StopReason::generation_limit),
      "no potential is published: every generation fails a guard; the best is generation 1",
      core::UserError);
  CHECK_FALSE(versions.published());
  CHECK(versions.reported());
}

TEST_CASE("guards go through JSON and back, what is not finite too") {
  const std::vector<validate::Guard> guards = {
      {"heat", false, std::numeric_limits<double>::quiet_NaN(), 1.5, "Å", "at once"},
      {"dimer Ar-Ar", true, 0.5, 5, "meV", ""}};
  const auto back =
      pipeline::guards_from_json(nlohmann::json::parse(pipeline::to_json(guards).dump()));
  REQUIRE(back.size() == 2);
  CHECK(std::isnan(back[0].value));
  CHECK_FALSE(back[0].held);
  CHECK(back[0].detail == "at once");
  CHECK(back[1].value == 0.5);
  CHECK(back[1].unit == "meV");
}
