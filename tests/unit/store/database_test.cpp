#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <limits>

#include "core/file.hpp"
#include "fixtures.hpp"
#include "store/sqlite.hpp"

using namespace mlip;
using namespace mlip::store;
using namespace mlip::store::test;

namespace {

void check_equal(const Record& a, const Record& b) {
  const core::Candidate &x = a.candidate, &y = b.candidate;
  CHECK(x.structure.cell == y.structure.cell);
  CHECK(x.structure.numbers == y.structure.numbers);
  CHECK(x.structure.positions == y.structure.positions);
  CHECK(x.config_type == y.config_type);
  CHECK(x.origin == y.origin);
  CHECK(x.generation == y.generation);
  CHECK(x.force_mask == y.force_mask);
  CHECK(x.gamma == y.gamma);
  CHECK(x.fit_energy_and_stress == y.fit_energy_and_stress);
  CHECK(a.state == b.state);
  CHECK(a.priority == b.priority);
  CHECK(a.holdout == b.holdout);
  CHECK(a.parent == b.parent);
  const core::Outcome &p = a.outcome, &q = b.outcome;
  CHECK(p.accepted == q.accepted);
  CHECK(p.level_of_theory == q.level_of_theory);
  CHECK(p.labels.energy == q.labels.energy);
  CHECK(p.labels.forces == q.labels.forces);
  CHECK(p.labels.stress == q.labels.stress);
  CHECK(p.labels.magnetic_moments == q.labels.magnetic_moments);
  CHECK(p.labels.total_magnetization == q.labels.total_magnetization);
  REQUIRE(p.attempts.size() == q.attempts.size());
  for (std::size_t i = 0; i < p.attempts.size(); ++i) {
    CHECK(p.attempts[i].fault == q.attempts[i].fault);
    CHECK(p.attempts[i].remedy == q.attempts[i].remedy);
    CHECK(p.attempts[i].seconds == q.attempts[i].seconds);
    CHECK(p.attempts[i].scf_steps == q.attempts[i].scf_steps);
    CHECK(p.attempts[i].detail == q.attempts[i].detail);
  }
}

}  // namespace

TEST_CASE("a record comes back as it was stored, also after the file was closed") {
  const Folder folder;
  core::Structure cluster;
  cluster.numbers = {8, 1};
  cluster.positions = {{0.1, 0.2, 0.3}, {1e-17, -7, 1.0 / 3}};
  auto slab = fcc();
  slab.cell.periodic = {true, false, true};
  std::vector<Record> records = {labeled(rattled(fcc(), 0.1, 1)), candidate(cluster),
                                 candidate(slab, "100"), candidate(cesium_chloride(), "")};
  {
    Database database(folder.file());
    for (auto& record : records) record.id = database.add(record).value();
    check_equal(database.get(records[0].id), records[0]);
  }
  const Database database(folder.file(), Database::Mode::read_only);
  const auto all = database.all();
  REQUIRE(all.size() == records.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(all[i].id == records[i].id);
    check_equal(all[i], records[i]);
  }
  CHECK_FALSE(std::filesystem::exists(folder.path / "mlip.db.lock"));
  CHECK_FALSE(std::filesystem::exists(folder.path / "mlip.db-wal"));
}

TEST_CASE("an update changes its row and nothing else") {
  const Folder folder;
  Database database(folder.file());
  Record first = candidate(fcc()), second = candidate(cesium_chloride());
  first.id = database.add(first).value();
  second.id = database.add(second).value();
  const std::int64_t id = first.id;
  first = labeled(rattled(fcc(), 0.2, 8));
  first.id = id;
  database.update(first);
  check_equal(database.get(id), first);
  check_equal(database.get(second.id), second);
  first.outcome.labels = {};
  first.outcome.attempts.clear();
  first.parent.reset();
  first.candidate.gamma.reset();
  first.outcome.level_of_theory.clear();
  database.update(first);
  check_equal(database.get(id), first);
  CHECK(database.all().size() == 2);
}

TEST_CASE("rows are found and counted by their state") {
  const Folder folder;
  Database database(folder.file());
  const std::vector<State> states = {State::candidate, State::queued,  State::labeled,
                                     State::failed,    State::dropped, State::queued};
  for (std::size_t i = 0; i < states.size(); ++i) {
    Record record = candidate(fcc(4 + 0.1 * static_cast<double>(i)));
    record.state = states[i];
    REQUIRE(database.add(record));
  }
  CHECK(database.count(State::queued) == 2);
  CHECK(database.count(State::failed) == 1);
  const auto queued = database.with_state(State::queued);
  REQUIRE(queued.size() == 2);
  CHECK(queued[0].id == 2);
  CHECK(queued[1].id == 6);
  CHECK(queued[1].state == State::queued);
}

TEST_CASE("the same structure is refused, however it is written down") {
  const Folder folder;
  Database database(folder.file());
  Record held_out = candidate(rattled(fcc(), 0.1, 1));
  held_out.holdout = true;
  held_out.state = State::dropped;
  const auto id = database.add(held_out).value();
  const auto again = database.add(candidate(core::repeat(held_out.candidate.structure, {1, 2, 1})));
  REQUIRE_FALSE(again);
  CHECK(again.reason() == "the structure is a duplicate of row " + std::to_string(id));
  CHECK(database.add(candidate(rattled(fcc(), 0.1, 2))));
  CHECK(database.all().size() == 2);
}

TEST_CASE("masks and levels of theory keep equal structures apart") {
  const Folder folder;
  Database database(folder.file());
  Record record = candidate(rattled(fcc(), 0.1, 1));
  REQUIRE(database.add(record));
  record.candidate.force_mask = {1, 1, 1, 1};
  CHECK_FALSE(database.add(record));
  record.candidate.force_mask = {1, 0, 1, 1};
  CHECK(database.add(record));
  record = labeled(rattled(fcc(), 0.1, 3));
  REQUIRE(database.add(record));
  record.outcome.level_of_theory = "other";
  CHECK(database.add(record));
  record.outcome.level_of_theory = "1e77";
  CHECK_FALSE(database.add(record));
  record.outcome.level_of_theory.clear();
  CHECK_FALSE(database.add(record));
}

TEST_CASE("the duplicate check follows updates") {
  const Folder folder;
  Database database(folder.file());
  Record record = candidate(fcc(4.0));
  record.id = database.add(record).value();
  record.candidate.structure = fcc(4.1);
  database.update(record);
  CHECK(database.add(candidate(fcc(4.0))));
  CHECK_FALSE(database.add(candidate(fcc(4.1))));
}

TEST_CASE("what is not finite or fits not together is refused with the reason") {
  const Folder folder;
  Database database(folder.file());
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto reason = [&](auto change) {
    Record record = labeled(fcc());
    change(record);
    const auto result = database.add(record);
    return result ? "stored" : result.reason();
  };
  CHECK(reason([&](Record& r) { r.candidate.structure.positions[1][0] = nan; }) ==
        "the structure is not finite");
  CHECK(reason([&](Record& r) { r.outcome.labels.forces[0][2] = nan; }) ==
        "the labels are not finite");
  CHECK(reason([&](Record& r) { r.outcome.labels.energy = 1 / 0.0; }) ==
        "the labels are not finite");
  CHECK(reason([&](Record& r) { r.priority = nan; }) == "the priority is not finite");
  CHECK(reason([&](Record& r) { r.candidate.gamma = nan; }) ==
        "the extrapolation grade is not finite");
  CHECK(reason([&](Record& r) { r.candidate.force_mask.pop_back(); }) ==
        "there are 3 mask values for 4 atoms");
  CHECK(reason([&](Record& r) { r.candidate.structure.numbers[0] = 0; }) ==
        "atomic number '0' is no element");
  CHECK(database.all().empty());
  Record record = candidate(fcc());
  record.id = database.add(record).value();
  record.priority = nan;
  CHECK_THROWS_WITH_AS(database.update(record),
                       "row '1' cannot be changed: the priority is not finite", core::UserError);
}

TEST_CASE("a row that is not there is a clear error") {
  const Folder folder;
  Database database(folder.file());
  const std::string message = "there is no row '5' in '" + folder.file().string() + "'";
  CHECK_THROWS_WITH_AS((void)database.get(5), message.c_str(), core::UserError);
  Record record = candidate(fcc());
  record.id = 5;
  CHECK_THROWS_WITH_AS(database.update(record), message.c_str(), core::UserError);
}

TEST_CASE("versions, properties, journal and documents come back in order") {
  const Folder folder;
  {
    Database database(folder.file());
    database.add_version({2, "b", "{}", "b.yace", "b.yaml", "b.asi"});
    database.add_version({1, "a", "{\"n\":1}", "a.yace", "a.yaml", "a.asi"});
    database.add_version({1, "c", "{\"n\":2}", "a.yace", "a.yaml", "a.asi"});
    database.add_property({"a0", "Å", 4.04, 4.05, 1});
    database.add_property({"B", "GPa", 77, std::nullopt, 1});
    database.add_property({"a0", "Å", 4.045, 4.05, 2});
    database.journal({"seed", "h1", "{}"});
    database.journal({"fit/1", "h1", "[1]"});
    database.journal({"fit/1", "h2", "[2]"});
    database.put_document("run", "{\"name\":1}");
    database.put_document("run", "{\"name\":2}");
  }
  const Database database(folder.file(), Database::Mode::read_only);
  const auto versions = database.versions();
  REQUIRE(versions.size() == 2);
  CHECK(versions[0].hash == "c");
  CHECK(versions[0].metrics_json == "{\"n\":2}");
  CHECK(versions[1].asi_file == "b.asi");
  const auto properties = database.properties();
  REQUIRE(properties.size() == 3);
  CHECK(properties[0].unit == "Å");
  CHECK(properties[0].reference == 4.05);
  CHECK_FALSE(properties[1].reference);
  CHECK(properties[2].value == 4.045);
  REQUIRE(database.find("fit/1", "h2"));
  CHECK(database.find("fit/1", "h2")->result_json == "[2]");
  CHECK_FALSE(database.find("fit/2", "h2"));
  CHECK(database.journal_entries().size() == 3);
  CHECK(database.journal_entries()[1].step == "fit/1");
  CHECK(database.document("run") == "{\"name\":2}");
  CHECK_FALSE(database.document("none"));
}

TEST_CASE("a transaction keeps all of its writes or none, and nests") {
  const Folder folder;
  Database database(folder.file());
  const auto fail = [] { throw std::runtime_error("stop"); };
  CHECK_THROWS_WITH(database.transaction([&] {
    REQUIRE(database.add(candidate(fcc())));
    database.journal({"a", "h", ""});
    fail();
  }),
                    "stop");
  CHECK(database.all().empty());
  CHECK(database.journal_entries().empty());
  database.transaction([&] {
    REQUIRE(database.add(candidate(fcc(4.0))));
    CHECK_THROWS(database.transaction([&] {
      REQUIRE(database.add(candidate(fcc(4.1))));
      database.transaction([&] { REQUIRE(database.add(candidate(fcc(4.2)))); });
      fail();
    }));
    database.transaction([&] { REQUIRE(database.add(candidate(fcc(4.3)))); });
  });
  CHECK(database.all().size() == 2);
  CHECK(database.add(candidate(fcc(4.2))));
}

TEST_CASE("a database can be moved") {
  const Folder folder;
  Database first(folder.file());
  Database second(std::move(first));
  CHECK(second.add(candidate(fcc())));
}

TEST_CASE("an index of fingerprints made by another method is made anew") {
  const Folder folder;
  {
    Database database(folder.file());
    REQUIRE(database.add(candidate(fcc())));
  }
  Sqlite(folder.file(), Sqlite::Access::read_write)
      .execute("DROP TABLE mlip_fingerprints; CREATE TABLE mlip_fingerprints (old TEXT)");
  Database database(folder.file());
  CHECK_FALSE(database.add(candidate(fcc())));
}
