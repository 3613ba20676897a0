#include "surrogate/sevennet_library.hpp"

#include <stdlib.h>

#include "../../golden/surrogate/reference.hpp"
#include "surrogate/sevennet.hpp"

using namespace mlip;

TEST_CASE("the models are fetched from PyPI, converted, and say what the package says") {
  char name[] = "/tmp/mlip_fetch_XXXXXX";
  const std::filesystem::path folder = std::filesystem::path(::mkdtemp(name)) / "models";
  REQUIRE(surrogate::fetch_sevennet(folder) == 4);
  CHECK(core::read_file(folder / "sevennet-0.sevennet") ==
        core::read_file(TEST_DATA "/surrogate/sevennet-0.sevennet"));
  CHECK(core::read_file(folder / "LICENSE.sevennet") ==
        core::read_file(TEST_DATA "/surrogate/LICENSE.sevennet"));
  for (const char* model : {"sevennet-mf-0-pbe", "sevennet-mf-0-r2scan"})
    golden::check_distance(golden::distance_from_package(
        surrogate::SevenNet(folder / (std::string(model) + ".sevennet")), model));
  // The package's float32 polynomial envelope, 1 − 28 x⁶ + 48 x⁷ − 21 x⁸, is only good to 2e-6
  const auto far = golden::distance_from_package(
      surrogate::SevenNet(folder / "sevennet-l3i5.sevennet"), "sevennet-l3i5");
  CHECK(far.energy < 2e-6);
  CHECK(far.force < 5e-5);
  CHECK(far.stress < 1e-5);
  std::filesystem::remove_all(folder.parent_path());
}
