#include "surrogate/mace.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include "core/error.hpp"
#include "core/file.hpp"
#include "io/extended_xyz.hpp"
#include "surrogate/mace_convert.hpp"

using namespace mlip;
using surrogate::Mace;

namespace {

const std::string exports = TEST_DATA "/surrogate/torchscript/";

/// The package's values are in double precision; forces are written with eight decimals.
void check_answers(const Mace& model, const std::string& answers, double energy, double force) {
  const auto frames = io::read_extended_xyz(exports + answers);
  REQUIRE(frames.size() == 12);
  for (const auto& frame : frames) {
    CAPTURE(frame.structure.formula());
    const auto ours = model.evaluate(frame.structure);
    CHECK(std::abs(ours.energy - frame.labels.energy.value()) <
          energy * double(frame.structure.size()));
    REQUIRE(frame.labels.forces.size() == ours.forces.size());
    for (std::size_t i = 0; i < ours.forces.size(); ++i)
      CHECK((ours.forces[i] - frame.labels.forces[i]).norm() < force);
    if (frame.labels.stress)
      CHECK((ours.stress(frame.structure.cell.volume()) - *frame.labels.stress).norm() < force);
  }
}

struct Folder {
  std::filesystem::path path;
  Folder() {
    char name[] = "/tmp/mlip_mace_XXXXXX";
    path = ::mkdtemp(name);
  }
  ~Folder() { std::filesystem::remove_all(path); }
};

std::string refusal(const std::string& content) {
  const Folder folder;
  core::write_atomically(folder.path / "model", content);
  try {
    const Mace model(folder.path / "model");
  } catch (const core::UserError& error) {
    CHECK(error.code() == core::ExitCode::bad_input);
    CHECK(error.remedy() == "convert it again with: mlip-auto surrogate convert");
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE(
    "MACE-MP-0's architecture, residual from the first layer on, says what the package says") {
  check_answers(Mace(TEST_DATA "/surrogate/mp0.mace"), "mp0.extxyz", 1e-9, 2e-8);
}

TEST_CASE("MACE-MPA-0's architecture, with density, Agnesi transform and ZBL, does too") {
  check_answers(Mace(TEST_DATA "/surrogate/mpa0.mace"), "mpa0.extxyz", 1e-9, 2e-8);
}

TEST_CASE("an export is converted for some elements or all, without torch") {
  const Folder folder;
  for (const std::string architecture : {"mp0", "mpa0"}) {
    surrogate::convert_mace(exports + architecture + ".model-lammps.pt", {"Cu", "Al", "Ni"},
                            folder.path / "all.mace");
    surrogate::convert_mace(exports + architecture + ".model-lammps.pt", {"Ni"},
                            folder.path / "nickel.mace");
    const Mace nickel(folder.path / "nickel.mace"), all(folder.path / "all.mace");
    const auto mixed = io::read_extended_xyz(exports + architecture + ".extxyz")[2].structure;
    CHECK(std::abs(all.evaluate(mixed).energy -
                   Mace(TEST_DATA "/surrogate/" + architecture + ".mace").evaluate(mixed).energy) <
          1e-10);
    CHECK(nickel.name() == architecture);
    CHECK_FALSE(nickel.knows(13));
    core::Structure pair;
    pair.numbers = {28, 28};
    pair.positions = {{0, 0, 0}, {1.9, 1.2, 0.2}};
    CHECK(std::abs(nickel.evaluate(pair).energy - all.evaluate(pair).energy) < 1e-12);
  }
}

TEST_CASE("a MACE trained small, of one sort of features, is converted and says what it said") {
  const Folder folder;
  surrogate::convert_mace(exports + "alni.model-lammps.pt", {"Al", "Ni"},
                          folder.path / "alni.mace");
  check_answers(Mace(folder.path / "alni.mace"), "alni.extxyz", 2e-9, 2e-7);
}

TEST_CASE("what cannot be converted is told") {
  const Folder folder;
  const auto complaint = [&](const std::string& model, const char* element) -> std::string {
    try {
      surrogate::convert_mace(model, {element}, folder.path / "out.mace");
    } catch (const core::UserError& error) {
      CHECK(error.code() == core::ExitCode::bad_input);
      return error.what();
    }
    return "";
  };
  const auto has = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  CHECK(has(complaint(exports + "mp0.model-lammps.pt", "Fe"), "does not know 'Fe'"));
  CHECK(has(complaint(exports + "mp0.model-lammps.pt", "Xx"), "'Xx' is no element"));
  CHECK(has(complaint(exports + "other.pt", "Ni"), "the model has no model"));
  CHECK(has(complaint(exports + "mp0.extxyz", "Ni"), "not a zip file"));
  CHECK(has(complaint(folder.path / "none.pt", "Ni"), "there is no model file"));
  CHECK(std::filesystem::is_empty(folder.path));
}

TEST_CASE("a damaged MACE file is told from a whole one") {
  const std::string good = core::read_file(TEST_DATA "/surrogate/mp0.mace");
  std::string damaged = good;
  damaged[good.size() / 2] ^= 1;
  CHECK(refusal(damaged).find("is damaged or cut short") != std::string::npos);
  CHECK(refusal(good.substr(0, good.size() - 100)).find("is damaged") != std::string::npos);
  CHECK(refusal("no model").find("is no model file of mlip-auto") != std::string::npos);
}
