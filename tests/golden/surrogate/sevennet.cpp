#include "surrogate/sevennet.hpp"

#include "reference.hpp"

using namespace mlip;
using surrogate::Precision;
using surrogate::SevenNet;

namespace {

const char* const model_file = TEST_DATA "/surrogate/sevennet-0.sevennet";

}  // namespace

TEST_CASE("SevenNet-0 says what the package says of 24 structures, in either precision") {
  golden::check_distance(golden::distance_from_package(SevenNet(model_file), "sevennet-0"));
  golden::check_distance(golden::distance_from_package(
      SevenNet(model_file, Precision::double_precision), "sevennet-0"));
}

TEST_CASE("a lone atom has the energy the package gives it, and no force") {
  core::Structure iron;
  iron.numbers = {26};
  iron.positions = {{1, 2, 3}};
  const auto result = SevenNet(model_file).evaluate(iron);
  CHECK(std::abs(result.energy + 3.434387) < 2e-6);
  CHECK(result.forces[0] == core::Vec3::Zero());
}

TEST_CASE("what the model is comes with it") {
  const SevenNet model(model_file);
  CHECK(model.name() == "sevennet-0");
  CHECK(model.version() == "11Jul2024");
  CHECK(model.energies() == "PBE and PBE+U of MPtrj (VASP), uncorrected");
  CHECK(model.cutoff() == 5);
  CHECK(model.knows(28));
  CHECK_FALSE(model.knows(84));
}
