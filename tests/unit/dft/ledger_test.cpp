#include "dft/ledger.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>

#include "core/error.hpp"
#include "core/file.hpp"

using namespace mlip;
namespace fs = std::filesystem;

namespace {

struct File {
  fs::path path = fs::temp_directory_path() / ("mlip-ledger-" + std::to_string(getpid()));
  File() { fs::remove(path); }
  ~File() { fs::remove(path); }
};

core::Structure dimer(double distance) {
  core::Structure structure;
  structure.cell.vectors = 8 * core::Mat3::Identity();
  structure.cell.periodic = {true, true, true};
  structure.numbers = {13, 13};
  structure.positions = {{0, 0, 0}, {distance, 0, 0}};
  return structure;
}

core::Outcome label(double energy) {
  core::Outcome outcome;
  outcome.accepted = true;
  outcome.labels.energy = energy;
  outcome.labels.forces = {{0.1, 0, -0.0}, {-0.1, 0, 0.0}};
  outcome.level_of_theory = "pbe 1234";
  outcome.attempts = {{"none", "", 1.5, 8, ""}};
  return outcome;
}

core::Outcome failure() {
  core::Outcome outcome;
  outcome.attempts = {{"scf not converged", "", 2, 100, ""},
                      {"walltime", "mixing_beta 0.3", 9, 4, "the \"last\" line"}};
  return outcome;
}

}  // namespace

TEST_CASE("a start from other moments has an outcome of its own, with its magnetization") {
  const File file;
  const dft::MagneticStart high{"high spin", {{13, 1.0 / 3}}, false};
  {
    dft::Ledger ledger(file.path, "pbe 1234");
    auto outcome = label(-2);
    outcome.absolute_magnetization = 4;
    ledger.add(dimer(2.5), outcome, "", high);
    CHECK_FALSE(ledger.find(dimer(2.5)));
    ledger.add(dimer(2.5), label(-1));
  }
  const dft::Ledger ledger(file.path, "pbe 1234");
  CHECK(*ledger.find(dimer(2.5))->labels.energy == -1);
  CHECK_FALSE(ledger.find(dimer(2.5))->absolute_magnetization);
  CHECK(*ledger.find(dimer(2.5), high)->labels.energy == -2);
  CHECK(ledger.find(dimer(2.5), high)->absolute_magnetization == 4.0);
  CHECK_FALSE(ledger.find(dimer(2.5), {"high spin", {{13, 1}}, false}));
}

TEST_CASE("outcomes come back in another session, bit for bit") {
  const File file;
  {
    dft::Ledger ledger(file.path, "pbe 1234");
    CHECK_FALSE(ledger.find(dimer(2.5)));
    ledger.add(dimer(2.5), label(-1.0 / 3));
    ledger.add(dimer(0.1 + 0.2), failure(), "frame_1");
    CHECK(ledger.find(dimer(2.5)));
  }
  const dft::Ledger ledger(file.path, "pbe 1234");
  const auto found = ledger.find(dimer(2.5));
  REQUIRE(found);
  CHECK(found->accepted);
  CHECK(found->labels.energy == -1.0 / 3);
  CHECK(found->labels.forces == label(0).labels.forces);
  CHECK(found->level_of_theory == "pbe 1234");
  const auto failed = ledger.find(dimer(0.1 + 0.2));
  REQUIRE(failed);
  CHECK_FALSE(failed->accepted);
  CHECK(failed->attempts.back().fault == "walltime");
  CHECK(failed->attempts.back().detail == "the \"last\" line");
  REQUIRE(failed->attempts.size() == 2);
  CHECK(failed->attempts[0].fault == "scf not converged");
  CHECK(failed->attempts[1].remedy == "mixing_beta 0.3");
  CHECK(failed->attempts[1].seconds == 9);
  REQUIRE(found->attempts.size() == 1);
  CHECK(found->attempts[0].scf_steps == 8);
  CHECK_FALSE(ledger.find(dimer(2.5000000001)));
  std::string names;
  const auto end = dft::for_each_row(
      file.path, [&](dft::LedgerRow&& row, std::uint64_t) { names += "|" + row.name; });
  CHECK(names == "||frame_1");
  CHECK(end == fs::file_size(file.path));
}

TEST_CASE("ledgers written before attempts were kept are read") {
  const File file;
  core::write_atomically(file.path,
                         "2\nLattice=\"8 0 0 0 8 0 0 0 8\" Properties=species:S:1:pos:R:3 "
                         "level_of_theory=\"pbe 1234\" fault=walltime detail=late pbc=\"T T T\"\n"
                         "Al 0 0 0\nAl 2.5 0 0\n");
  const auto found = dft::Ledger(file.path, "pbe 1234").find(dimer(2.5));
  REQUIRE(found);
  CHECK_FALSE(found->accepted);
  CHECK(found->attempts.back().fault == "walltime");
  CHECK(found->attempts.back().detail == "late");
}

TEST_CASE("labels of another level of theory are not taken for ours") {
  const File file;
  dft::Ledger(file.path, "pbe 1234").add(dimer(2.5), label(-1));
  CHECK_FALSE(dft::Ledger(file.path, "pz 1234").find(dimer(2.5)));
}

TEST_CASE("whatever a kill left of the last frame is cut off, and the batch goes on") {
  const File file;
  {
    dft::Ledger ledger(file.path, "pbe 1234");
    ledger.add(dimer(2.5), label(-1));
    ledger.add(dimer(2.6), label(-2));
  }
  const std::string whole = core::read_file(file.path);
  for (std::size_t length = whole.size() / 2; length < whole.size(); ++length) {
    core::write_atomically(file.path, whole.substr(0, length));
    {
      dft::Ledger ledger(file.path, "pbe 1234");
      CHECK(ledger.find(dimer(2.5)));
      CHECK_FALSE(ledger.find(dimer(2.6)));
      ledger.add(dimer(2.6), label(-2));
    }
    CHECK(core::read_file(file.path) == whole);
  }
}

TEST_CASE("a file that is no ledger is refused and left as it is") {
  const File file;
  const std::string foreign = "1\nProperties=species:S:1:pos:R:3\nAl 0 0 0\n";
  core::write_atomically(file.path, foreign);
  CHECK_THROWS_AS(dft::Ledger(file.path, "pbe 1234"), core::UserError);
  CHECK(core::read_file(file.path) == foreign);
  CHECK_THROWS_AS(dft::Ledger("/no/such/folder/ledger", "pbe 1234"), core::UserError);
}
