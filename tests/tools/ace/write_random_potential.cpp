/// Writes a random potential in every format, structures, and what our evaluator says of them, for
/// python_ace.py to compare, into BUILD_DIR/python_ace.
#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "ace/basis.hpp"
#include "ace/evaluator.hpp"
#include "ace/files.hpp"
#include "core/element.hpp"
#include "core/file.hpp"

using namespace mlip;

namespace {

ace::Potential random_potential(std::mt19937& engine) {
  ace::BasisOptions options;
  options.nradmax_by_orders = {4, 3, 2, 1, 1};
  options.lmax_by_orders = {0, 3, 2, 2, 1};
  options.cutoff = 5;
  ace::Potential potential = ace::make_basis({"Ni", "Al"}, options);
  std::normal_distribution<double> normal;
  for (auto& list : potential.functions)
    for (auto& function : list) function.coefficients = {0.02 * normal(engine)};
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j <= i; ++j) {
      ace::Bond& bond = potential.bond(i, j);
      for (double& c : bond.coefficients) c += 0.2 * normal(engine);
      bond.inner = ace::InnerCutoff::zbl;
      bond.core_prefactor = bond.core_exponent = 1;
      bond.rcut_in = 1.9;
      bond.dcut_in = 0.1;
      potential.bond(j, i) = bond;
    }
  for (ace::Embedding& each : potential.embeddings)
    each.rho_core_cutoff = each.drho_core_cutoff = 1;
  potential.delta_spline_bins = 0.0001;  // so that their splines pass for our exact functions
  potential.metadata["note"] = "random \"numbers\"";
  return potential;
}

ace::ActiveSetInverse random_active_set(const ace::Potential& potential, std::mt19937& engine) {
  std::normal_distribution<double> normal;
  ace::ActiveSetInverse set;
  for (std::size_t mu = 0; mu < potential.species(); ++mu) {
    const auto n = static_cast<Eigen::Index>(potential.functions[mu].size());
    set[potential.elements[mu]] = Eigen::MatrixXd::NullaryExpr(
        n, n, [&](Eigen::Index i, Eigen::Index j) { return 0.05 * normal(engine) + (i == j); });
  }
  return set;
}

core::Structure random_crystal(double spread, std::mt19937& engine) {
  std::normal_distribution<double> normal;
  core::Structure cell;
  cell.cell.vectors << 4.0, 0.1, 0, -0.2, 3.9, 0.1, 0, 0.1, 4.1;
  cell.cell.periodic = {true, true, true};
  cell.numbers = {13, 28, 28, 13};
  cell.positions = {{0, 0, 0}, {0, 1.95, 2.05}, {2, 0, 2.05}, {2, 1.95, 0}};
  for (core::Vec3& position : cell.positions)
    for (double& x : position) x += spread * normal(engine);
  return core::repeat(cell, {1, 2, 1});
}

nlohmann::json record(const core::Structure& structure, const ace::Evaluator& evaluator) {
  const auto values = evaluator.evaluate(structure, {.gamma = true, .descriptors = true});
  nlohmann::json json;
  for (std::size_t i = 0; i < structure.size(); ++i) {
    json["symbols"].push_back(core::element(structure.numbers[i]).symbol);
    json["positions"].push_back(
        std::vector<double>(structure.positions[i].begin(), structure.positions[i].end()));
    json["forces"].push_back(std::vector<double>(values.forces[i].begin(), values.forces[i].end()));
    json["projections"].push_back(
        std::vector<double>(values.descriptors[i].begin(), values.descriptors[i].end()));
  }
  for (int k = 0; k < 3; ++k) {
    const core::Vec3 row = structure.cell.vectors.row(k);
    json["cell"].push_back(std::vector<double>(row.begin(), row.end()));
  }
  const core::Mat3 stress = values.stress(structure.cell.volume());
  json["stress"] = {stress(0, 0), stress(1, 1), stress(2, 2),
                    stress(1, 2), stress(0, 2), stress(0, 1)};
  json["energies"] = values.energies;
  json["gamma"] = values.gamma;
  return json;
}

}  // namespace

TEST_CASE("a random potential and our values of it") {
  const auto folder = std::filesystem::path(BUILD_DIR) / "python_ace";
  std::filesystem::create_directories(folder);
  std::mt19937 engine(2024);
  const ace::Potential potential = random_potential(engine);
  const ace::ActiveSetInverse set = random_active_set(potential, engine);
  ace::write_yaml(potential, folder / "random.yaml");
  ace::write_yace(potential, folder / "random.yace");
  ace::write_asi(set, folder / "random.asi");
  const ace::Evaluator evaluator(potential, set);
  nlohmann::json values;
  for (double spread : {0.05, 0.15, 0.35})
    values.push_back(record(random_crystal(spread, engine), evaluator));
  core::write_atomically(folder / "values.json", values.dump());
  CHECK(std::filesystem::exists(folder / "values.json"));
}
