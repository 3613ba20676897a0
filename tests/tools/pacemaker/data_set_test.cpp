/// Data sets through real pandas, there and back.
#include "fit/pacemaker/data_set.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "core/error.hpp"
#include "fit/pacemaker/python.hpp"

using namespace mlip;
using core::Vec3;

namespace {

constexpr const char* python = CMAKE_SOURCE_DIR "/build/venv/bin/python";

io::Frame everything() {
  io::Frame frame;
  frame.structure.cell.vectors << 4.1, 0, 0, 0.2, 4.3, 0, 1.0 / 3, 0, 5.5;
  frame.structure.cell.periodic = {true, true, true};
  frame.structure.numbers = {13, 28};
  frame.structure.positions = {{0.1, 0.2, 1.0 / 7}, {2.2, 2, 2}};
  frame.labels.energy = -7.0 / 3;
  frame.labels.forces = {{0.1, -0.2, 1e-17}, {3, 4, 5}};
  core::Mat3 stress;
  stress << 1, 4, 5, 4, 2, 6, 5, 6, 3;
  frame.labels.stress = stress / 9;
  frame.labels.magnetic_moments = {0.5, -1.25};
  frame.labels.total_magnetization = -0.75;
  frame.info = {{"energy_weight", 0.25},
                {"name", std::string("a b")},
                {"config_type", std::string("rattle")},
                {"generation", 3L},
                {"holdout", true},
                {"temperature", 300.0},
                {"list", std::vector<long>{1, 2}},
                {"reals", std::vector<double>{0.5, 2.0}},
                {"words", std::vector<std::string>{"x", "y"}}};
  frame.columns["force_mask"] = {'R', 1, {1, 0}, {}};
  frame.columns["tag"] = {'I', 1, {4, 5}, {}};
  frame.columns["flag"] = {'L', 1, {1, 0}, {}};
  frame.columns["site"] = {'S', 1, {}, {"a", "b"}};
  frame.columns["velocity"] = {'R', 3, {1, 2, 3, 4, 5, 6.5}, {}};
  return frame;
}

std::string text_of(const std::vector<io::Frame>& frames) {
  std::ostringstream out;
  for (const auto& frame : frames) io::write_extended_xyz(out, frame);
  return out.str();
}

}  // namespace

TEST_CASE("what extended XYZ says comes back from a data set, bit by bit") {
  const fit::pacemaker::ScratchFolder folder;
  io::Frame plain;
  plain.structure.numbers = {1};
  plain.structure.positions = {Vec3::Zero()};
  const std::vector<io::Frame> frames = {everything(), plain};
  const auto file = folder.path() / "set.pckl.gzip";
  fit::pacemaker::write_data_set(file, frames, python);
  CHECK(text_of(fit::pacemaker::read_data_set(file, python)) == text_of(frames));
}

TEST_CASE("masked forces that are not finite are written as 0, others are refused") {
  const fit::pacemaker::ScratchFolder folder;
  const auto file = folder.path() / "set.pckl.gzip";
  auto frame = everything();
  frame.labels.forces[1].setConstant(std::numeric_limits<double>::quiet_NaN());
  fit::pacemaker::write_data_set(file, {frame}, python);
  CHECK(fit::pacemaker::read_data_set(file, python).at(0).labels.forces[1] == Vec3::Zero());
  frame.columns["force_mask"].numbers[1] = 1;
  CHECK_THROWS_AS(fit::pacemaker::write_data_set(file, {frame}, python), core::UserError);
}

TEST_CASE("a file that is no data set, and a Python without pandas, are told") {
  const fit::pacemaker::ScratchFolder folder;
  CHECK_THROWS_AS((void)fit::pacemaker::read_data_set(TEST_DATA "/ace/mini.yaml", python),
                  core::UserError);
  try {
    fit::pacemaker::write_data_set(folder.path() / "set.pckl.gzip", {everything()},
                                   "/usr/bin/python3");
    FAIL("Debian's Python has no pandas here");
  } catch (const core::UserError& error) {
    CHECK(error.code() == core::ExitCode::missing_tool);
    CHECK(std::string(error.what()).find("pandas") != std::string::npos);
  }
}
