#include "oracle.hpp"

#include "ace/files.hpp"

using namespace mlip;

namespace {

void check_projections(const potential::Evaluation& ours, const nlohmann::json& theirs) {
  REQUIRE(ours.descriptors.size() == theirs.size());
  for (std::size_t i = 0; i < theirs.size(); ++i) {
    const double scale = oracle::largest(theirs[i]);
    REQUIRE(ours.descriptors[i].size() == static_cast<Eigen::Index>(theirs[i].size()));
    for (std::size_t f = 0; f < theirs[i].size(); ++f)
      CHECK(oracle::relative(ours.descriptors[i][static_cast<Eigen::Index>(f)], theirs[i][f],
                             scale) <= 1e-12);
  }
}

void check_grades(const potential::Evaluation& ours, const nlohmann::json& theirs) {
  REQUIRE(ours.gamma.size() == theirs.size());
  const double scale = oracle::largest(theirs);
  for (std::size_t i = 0; i < ours.gamma.size(); ++i)
    CHECK(oracle::relative(ours.gamma[i], theirs[i], scale) <= 1e-10);
}

void check_record(const ace::Evaluator& evaluator, const nlohmann::json& record) {
  const auto ours = evaluator.evaluate(oracle::structure(record),
                                       {.gamma = record.contains("gamma"), .descriptors = true});
  oracle::check_energies(ours, record.at("energies"), 1e-12);
  oracle::check_forces(ours, record.at("forces"), 1e-9);
  if (!record.at("virial_xx_yy_zz_xy_xz_yz").is_null())
    oracle::check_virial(ours, record.at("virial_xx_yy_zz_xy_xz_yz"), 1e-9);
  check_projections(ours, record.at("projections"));
  if (evaluator.has_active_set()) check_grades(ours, record.at("gamma"));
}

/// Every record of a file of the oracle; the number of them.
int check_all(const std::string& file, ace::RadialMode mode) {
  int records = 0;
  const nlohmann::json all = oracle::load(file);
  for (const auto& [key, list] : all.items()) {
    CAPTURE(key);
    const std::string yaml = key.substr(0, key.find('|'));
    ace::ActiveSetInverse active_set;
    if (key.find('|') != std::string::npos)
      active_set = ace::read_asi(oracle::folder / key.substr(key.find('|') + 1));
    if (key == "rank6.yaml") active_set = ace::read_asi(oracle::folder / "rank6.asi");
    const ace::Evaluator evaluator(ace::read_yaml(oracle::folder / yaml), active_set, mode);
    for (const auto& record : list) {
      check_record(evaluator, record);
      ++records;
    }
  }
  return records;
}

}  // namespace

TEST_CASE("python-ace's energies, forces, virials, projections and grades: exact functions") {
  CHECK(check_all("oracle.json", ace::RadialMode::exact) == 49);
}

TEST_CASE("python-ace's energies, forces, virials, projections and grades: its splines") {
  CHECK(check_all("oracle_splines.json", ace::RadialMode::spline) == 48);
}

TEST_CASE("splines of 0.001 Å change energies by 1e-10, but they do change them") {
  double largest = 0;
  const nlohmann::json all = oracle::load("oracle_splines.json");
  for (const auto& [key, list] : all.items()) {
    CAPTURE(key);
    const ace::Potential potential = ace::read_yaml(oracle::folder / key.substr(0, key.find('|')));
    const ace::Evaluator exact(potential), splines(potential, {}, ace::RadialMode::spline);
    for (const auto& record : list) {
      const auto structure = oracle::structure(record);
      const auto a = exact.evaluate(structure), b = splines.evaluate(structure);
      const double scale = std::max(1.0, std::abs(a.energy));
      CHECK(std::abs(a.energy - b.energy) < 1e-10 * scale);
      largest = std::max(largest, std::abs(a.energy - b.energy) / scale);
    }
  }
  CHECK(largest > 1e-14);
}

TEST_CASE("the .yace python-ace wrote gives the energies of its .yaml") {
  const nlohmann::json all = oracle::load("oracle.json");
  for (const auto& [key, list] : all.items()) {
    CAPTURE(key);
    std::filesystem::path file = oracle::folder / key.substr(0, key.find('|'));
    const ace::Evaluator evaluator(ace::read_yace(file.replace_extension(".yace")));
    for (const auto& record : list) {
      const auto ours = evaluator.evaluate(oracle::structure(record));
      oracle::check_energies(ours, record.at("energies"), 1e-12);
      oracle::check_forces(ours, record.at("forces"), 1e-9);
    }
  }
}

TEST_CASE("potentials Pacemaker fitted") {
  for (const std::string name : {"Cu", "AlNi"}) {
    CAPTURE(name);
    const std::string path = "pacemaker_fits/" + name;
    const ace::Evaluator evaluator(ace::read_yaml(oracle::folder / (path + ".yaml")),
                                   ace::read_asi(oracle::folder / (path + ".asi")));
    const nlohmann::json records = oracle::load(path + ".json");
    REQUIRE(records.size() == 3);
    for (const auto& record : records) check_record(evaluator, record);
  }
}

TEST_CASE("the smallest potential has the values of the format's description") {
  const ace::Evaluator yaml(ace::read_yaml(oracle::folder / "mini.yaml"));
  const ace::Evaluator yace(ace::read_yace(oracle::folder / "mini.yace"));
  core::Structure dimer = {{}, {29, 29}, {{0, 0, 0}, {0, 0, 2.5}}};
  core::Structure trimer = {{}, {29, 29, 29}, {{0, 0, 0}, {2.4, 0, 0}, {0.3, 2.2, 0.7}}};
  core::Structure fcc = {{}, {29}, {{0, 0, 0}}};
  fcc.cell.vectors << 0, 1.8, 1.8, 1.8, 0, 1.8, 1.8, 1.8, 0;
  fcc.cell.periodic = {true, true, true};
  for (const ace::Evaluator* evaluator : {&yaml, &yace}) {
    const auto two = evaluator->evaluate(dimer);
    CHECK(two.energy == doctest::Approx(0.035642452234589).epsilon(1e-12));
    CHECK(two.forces[0].z() == doctest::Approx(-0.075928023492660).epsilon(1e-11));
    CHECK(evaluator->evaluate(trimer).energy == doctest::Approx(0.115064144201414).epsilon(1e-12));
    const auto crystal = evaluator->evaluate(fcc);
    CHECK(crystal.energy == doctest::Approx(0.266055164382127).epsilon(1e-12));
    CHECK(crystal.stress(fcc.cell.volume())(0, 0) ==
          doctest::Approx(-0.056183000806530).epsilon(1e-10));
  }
  const auto projections = yaml.evaluate(trimer, {.descriptors = true}).descriptors[0];
  const double expected[] = {0.51761646, 0.4342968, 0.2679268, -0.52786531};
  for (int f = 0; f < 4; ++f) CHECK(std::abs(projections[f] - expected[f]) < 1e-8);
}
