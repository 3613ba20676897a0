#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "../../unit/store/fixtures.hpp"
#include "core/file.hpp"

using namespace mlip;
using namespace mlip::store;
using namespace mlip::store::test;
using Json = nlohmann::json;

namespace {

pid_t start(const std::vector<std::string>& command, const std::filesystem::path& output) {
  std::vector<char*> arguments;
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    const int file = open(output.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
    dup2(file, STDOUT_FILENO);
    dup2(file, STDERR_FILENO);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  return child;
}

/// Standard output and error of a program that must succeed.
std::string output_of(const Folder& folder, const std::vector<std::string>& command) {
  const auto output = folder.path / "output.txt";
  int status = 0;
  waitpid(start(command, output), &status, 0);
  const std::string text = core::read_file(output);
  CAPTURE(text);
  REQUIRE(status == 0);
  return text;
}

std::string ase_db(const Folder& folder, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"/usr/bin/ase", "db", folder.file().string()});
  return output_of(folder, arguments);
}

std::vector<std::string> script(const char* task, const Folder& folder) {
  return {"/usr/bin/python3", TEST_DATA "/../tools/store/ase_rows.py", task,
          folder.file().string()};
}

/// Ten rows, of which rows 1, 2 and 3 are labelled.
void fill(const Folder& folder) {
  Database database(folder.file());
  for (int i = 0; i < 10; ++i) {
    const auto structure = rattled(fcc(4.0 + 0.1 * i), 0.05, static_cast<std::uint64_t>(i));
    Record record = i < 3 ? labeled(structure) : candidate(structure);
    record.candidate.generation = i % 2;
    REQUIRE(database.add(record));
  }
}

}  // namespace

TEST_CASE("ase db lists, filters and exports our rows") {
  const Folder folder;
  fill(folder);
  const std::string list = ase_db(folder, {});
  CHECK(list.find("Rows: 10") != std::string::npos);
  CHECK(list.find("Al4") != std::string::npos);
  CHECK(ase_db(folder, {"state=labeled", "--count"}).find("3 rows") == 0);
  CHECK(ase_db(folder, {"state=labeled,generation=1", "--count"}).find("1 row") == 0);
  CHECK(ase_db(folder, {"uncertainty_gamma>4,holdout=1", "--count"}).find("3 rows") == 0);
  CHECK(ase_db(folder, {"Al=4,energy<-3,config_type=strain", "--count"}).find("3 rows") == 0);
  CHECK(ase_db(folder, {"parent", "--count"}).find("3 rows") == 0);
  CHECK(ase_db(folder, {"id=1", "-l"}).find("config_type") != std::string::npos);

  const auto copy = folder.path / "copy.db", exported = folder.path / "rows.xyz";
  CHECK(ase_db(folder, {"--insert-into", copy.string()}).find("Inserted 10 rows") !=
        std::string::npos);
  (void)output_of(folder, {"/usr/bin/ase", "convert",
                           folder.file().string() + "@:", exported.string(), "-o", "extxyz"});
  CHECK(core::read_file(exported).find("stress=") != std::string::npos);
  CHECK(Database(copy, Database::Mode::read_only).count(State::labeled) == 3);
}

TEST_CASE("ASE sees the numbers we stored") {
  const Folder folder;
  fill(folder);
  const Json rows = Json::parse(output_of(folder, script("read", folder)));
  const Record record = Database(folder.file(), Database::Mode::read_only).get(2);
  const Json& row = rows.at(1);
  const core::Labels& labels = record.outcome.labels;
  CHECK(row["energy"] == *labels.energy);
  CHECK(row["free_energy"] == *labels.energy);
  CHECK(row["stress"] == Json({1e-3, 2e-3, 3e-3, 4e-3, 5e-3, 6e-3}));
  CHECK(row["smax"] == 6e-3);
  CHECK(row["fmax"].get<double>() == doctest::Approx(labels.forces[3].norm()));
  for (std::size_t i = 0; i < 4; ++i)
    for (int k = 0; k < 3; ++k) {
      CHECK(row["forces"][i][k] == labels.forces[i][k]);
      CHECK(row["positions"][i][k] == record.candidate.structure.positions[i][k]);
    }
  CHECK(row["magmoms"] == Json({0.62, 0.62, 0.62, 0.62}));
  CHECK(row["mask"] == Json({0.0, 1.0, 1.0, 1.0}));
  CHECK(row["attempts"][1]["remedy"] == "mixing_beta 0.3");
  CHECK(row["mass"].get<double>() == doctest::Approx(4 * 26.9815385));
  CHECK(row["volume"].get<double>() == doctest::Approx(4.1 * 4.1 * 4.1));
  CHECK(row["pairs"]["level_of_theory"] == "_1e77");
  CHECK(row["pairs"]["state"] == "labeled");
  CHECK(row["pairs"]["parent"] == 7);
}

TEST_CASE("rows written by ASE are read by us, and ours beside them") {
  const Folder folder;
  (void)output_of(folder, script("write", folder));
  Database database(folder.file());
  const auto rows = database.all();
  REQUIRE(rows.size() == 4);
  CHECK(rows[0].state == State::candidate);
  CHECK(rows[0].candidate.generation == 2);
  CHECK(rows[0].candidate.gamma == 3.5);
  CHECK(rows[0].candidate.config_type == "mine");
  CHECK(rows[0].holdout);
  CHECK(rows[0].outcome.accepted);
  CHECK(rows[0].outcome.labels.energy == -1.75);
  CHECK(rows[0].outcome.labels.forces == std::vector<core::Vec3>(4, {.25, .25, .25}));
  CHECK((*rows[0].outcome.labels.stress)(1, 2) == 0.04);
  CHECK_FALSE(rows[1].outcome.accepted);
  CHECK_FALSE(rows[1].candidate.structure.cell.any_periodic());
  CHECK(rows[1].candidate.structure.formula() == "H2O");
  CHECK(rows[2].state == State::queued);
  CHECK(rows[2].priority == 4);
  CHECK(rows[2].candidate.structure.cell.periodic == std::array<bool, 3>{true, true, false});
  CHECK(rows[3].candidate.structure.size() == 0);
  CHECK(database.count(State::candidate) == 3);

  const auto twin = database.add(candidate(rows[0].candidate.structure));
  REQUIRE_FALSE(twin);
  CHECK(twin.reason() == "the structure is a duplicate of row 1");
  CHECK(database.add(candidate(cesium_chloride())).value() == 5);
}

TEST_CASE("what ASE users put into a row survives our update") {
  const Folder folder;
  (void)output_of(folder, script("write", folder));
  {
    Database database(folder.file());
    Record record = database.get(1);
    record.state = State::labeled;
    database.update(record);
  }
  const Json row = Json::parse(output_of(folder, script("update", folder)));
  CHECK(row["note"] == "kept");
  CHECK(row["word"] == "kept");
  CHECK(row["z"] == "(1+2j)");
  CHECK(row["array"] == Json({0.0, 1.0, 2.0, 3.0, 4.0}));
  CHECK(row["state"] == "labeled");
  CHECK(row["energy"] == -1.5);
  CHECK(row["free_energy"] == -1.75);
}

TEST_CASE("rows that ASE deletes are forgotten as duplicates") {
  const Folder folder;
  fill(folder);
  const auto structure =
      Database(folder.file(), Database::Mode::read_only).get(4).candidate.structure;
  (void)ase_db(folder, {"id=4", "--delete", "--yes"});
  Database database(folder.file());
  CHECK(database.all().size() == 9);
  CHECK(database.add(candidate(structure)));
}

TEST_CASE("ASE reads beside our writer, and its writers wait for ours") {
  const Folder folder;
  pid_t waiting = 0;
  {
    Database database(folder.file());
    REQUIRE(database.add(candidate(fcc())));
    CHECK(ase_db(folder, {"--count"}).find("1 row") == 0);
    waiting = start(script("write", folder), folder.path / "write.txt");
    std::this_thread::sleep_for(std::chrono::seconds(2));
    REQUIRE(database.add(candidate(cesium_chloride())));
    CHECK(database.all().size() == 2);
    CHECK(waitpid(waiting, nullptr, WNOHANG) == 0);
  }
  int status = 1;
  waitpid(waiting, &status, 0);
  CHECK(status == 0);
  CHECK(Database(folder.file()).all().size() == 6);
}

TEST_CASE("a lock that an ASE program holds is respected and explained") {
  const Folder folder;
  fill(folder);
  const auto lock = folder.path / "mlip.db.lock";
  close(open(lock.c_str(), O_CREAT | O_EXCL | O_WRONLY, 0600));
  const std::string message = "'" + folder.file().string() + "' is being written by an ASE program";
  CHECK_THROWS_WITH_AS(Database{folder.file()}, message.c_str(), core::UserError);
  CHECK(std::filesystem::exists(lock));
  std::thread release([&] {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    std::filesystem::remove(lock);
  });
  CHECK(Database(folder.file()).all().size() == 10);
  release.join();
}
