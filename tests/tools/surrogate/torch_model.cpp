#include "surrogate/torch_model.hpp"

#include <omp.h>
#include <stdlib.h>

#include <thread>

#include "../../conformance/calculator_suite.hpp"
#include "core/error.hpp"
#include "core/file.hpp"
#include "io/extended_xyz.hpp"
#include "surrogate/open.hpp"

using namespace mlip;
using surrogate::TorchModel;

namespace {

const std::string torch_data = TEST_DATA "/surrogate/torchscript/";

const TorchModel& alni() {
  static const TorchModel model(torch_data + "alni.model-lammps.pt");
  return model;
}

/// `energy` in eV/atom; forces are written with eight decimals.
void check_answer(const io::Frame& frame, const potential::Evaluation& ours, double energy,
                  double derivative) {
  CAPTURE(frame.structure.formula());
  const double atoms = double(frame.structure.size());
  CHECK(std::abs(ours.energy - frame.labels.energy.value()) < energy * atoms);
  REQUIRE(frame.labels.forces.size() == ours.forces.size());
  for (std::size_t i = 0; i < ours.forces.size(); ++i)
    CHECK((ours.forces[i] - frame.labels.forces[i]).norm() < derivative);
  if (frame.labels.stress)
    CHECK((ours.stress(frame.structure.cell.volume()) - *frame.labels.stress).norm() < derivative);
}

void check_package(const TorchModel& model, const std::string& reference, double energy,
                   double derivative) {
  const auto frames = io::read_extended_xyz(torch_data + reference);
  REQUIRE(frames.size() >= 8);
  std::vector<core::Structure> structures;
  for (const auto& frame : frames) {
    check_answer(frame, model.evaluate(frame.structure), energy, derivative);
    structures.push_back(frame.structure);
  }
  const auto together = model.evaluate_together(structures);
  REQUIRE(together.size() == frames.size());
  for (std::size_t k = 0; k < frames.size(); ++k)
    check_answer(frames[k], together[k], energy, derivative);
}

std::string complaint_about(const std::string& content) {
  char name[] = "/tmp/mlip_torch_XXXXXX";
  const std::string file = std::string(::mkdtemp(name)) + "/model.pt";
  core::write_atomically(file, content);
  try {
    (void)surrogate::open_surrogate(file, 1);
  } catch (const core::UserError& error) {
    CHECK(error.code() == core::ExitCode::bad_input);
    CHECK_FALSE(error.remedy().empty());
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a MACE trained small says what its package says, one at a time and together") {
  check_package(alni(), "alni.extxyz", 1e-9, 2e-8);
}

TEST_CASE("a SevenNet that sevenn_get_model exported says what its package says") {
  const TorchModel model(torch_data + "sevennet.pt");
  CHECK(model.version().starts_with("SevenNet sevenn 0.13.0, float32, CRC-32 "));
  check_package(model, "sevennet.extxyz", 1e-6, 1e-5);
}

TEST_CASE("what a TorchScript model is comes with it") {
  const auto surrogate = surrogate::open_surrogate(torch_data + "alni.model-lammps.pt", 1);
  CHECK(surrogate.model == "alni.model-lammps");
  CHECK(surrogate.version.starts_with("MACE float64, CRC-32 "));
  CHECK(surrogate.calculator->cutoff() == 4.5);
  CHECK(alni().knows(28));
  CHECK_FALSE(alni().knows(29));
}

TEST_CASE("a TorchScript model keeps what every Calculator promises") {
  for (const auto& structure : conformance::sample_structures(13, 28, 2.6)) {
    CAPTURE(structure.formula());
    conformance::check_sums_and_sizes(alni(), structure, {});
    conformance::check_forces(alni(), structure, {});
    conformance::check_virial(alni(), structure, {});
    conformance::check_invariances(alni(), structure, {});
    conformance::check_additivity(alni(), structure, {});
    conformance::check_input_untouched(alni(), structure);
  }
  conformance::check_cutoff(alni(), 13, 28, {});
}

TEST_CASE("threads that share a TorchScript model get what one alone gets, and keep their own") {
  const auto structures = conformance::sample_structures(13, 28, 2.6);
  std::vector<potential::Evaluation> alone, together(structures.size());
  for (const auto& structure : structures) alone.push_back(alni().evaluate(structure));
  omp_set_num_threads(3);
  (void)alni().evaluate(structures.front());
  CHECK(omp_get_max_threads() == 3);
  {
    std::vector<std::jthread> threads;
    for (std::size_t k = 0; k < structures.size(); ++k)
      threads.emplace_back([&, k] { together[k] = alni().evaluate(structures[k]); });
  }
  for (std::size_t k = 0; k < structures.size(); ++k) {
    CHECK(alone[k].energy == together[k].energy);
    CHECK(alone[k].forces == together[k].forces);
  }
}

TEST_CASE("elements a TorchScript model does not know and atoms at one place are told") {
  core::Structure structure;
  structure.numbers = {28, 29};
  structure.positions = {{0, 0, 0}, {2, 0, 0}};
  CHECK_THROWS_WITH_AS((void)alni().evaluate(structure),
                       "the surrogate 'alni.model-lammps' does not know 'Cu'", core::UserError);
  structure.numbers = {28, 28};
  structure.positions[1] = structure.positions[0];
  CHECK_THROWS_WITH_AS((void)alni().evaluate(structure), "two atoms of 'Ni2' are at the same place",
                       core::UserError);
  CHECK(alni().evaluate({}).energies.empty());
}

TEST_CASE("files that are no model are told from those that are") {
  const std::string good = core::read_file(torch_data + "alni.model-lammps.pt");
  CHECK(complaint_about("no model").find("cannot be used") != std::string::npos);
  CHECK(complaint_about(good.substr(0, good.size() / 2)).find("damaged archive") !=
        std::string::npos);
  std::string damaged = good;
  for (std::size_t k = good.size() / 2; k < good.size() / 2 + 64; ++k) damaged[k] ^= 1;
  CHECK(complaint_about(damaged).find("damaged archive: the checksum of") != std::string::npos);
  CHECK(complaint_about(core::read_file(torch_data + "other.pt"))
            .find("neither one of mace_create_lammps_model nor") != std::string::npos);
  CHECK_THROWS_WITH_AS((void)surrogate::open_surrogate("mp.model", 1),
                       "'mp.model' is a Python object, which only its own package reads",
                       core::UserError);
  CHECK_THROWS_WITH_AS((void)surrogate::open_surrogate("/nowhere/model.pt", 1),
                       "there is no surrogate '/nowhere/model.pt'", core::UserError);
}
