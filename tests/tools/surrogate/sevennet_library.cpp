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
  const auto compare = [&](const std::string& model, const std::string& said) {
    golden::check_distance(
        golden::distance_from_package(surrogate::SevenNet(folder / (model + ".sevennet")), said));
  };
  compare("sevennet-mf-0-pbe", "sevennet-mf-0-pbe");
  compare("sevennet-mf-0-r2scan", "sevennet-mf-0-r2scan");
  compare("sevennet-l3i5", "sevennet-l3i5-float64");
  // The package's float32 is itself up to 2.4e-5 eV/Å from its float64.
  const auto noise = golden::distance_from_package(
      surrogate::SevenNet(folder / "sevennet-l3i5.sevennet"), "sevennet-l3i5");
  CHECK(noise.energy < 3e-6);
  CHECK(noise.force < 3e-5);
  CHECK(noise.stress < 5e-6);
  std::filesystem::remove_all(folder.parent_path());
}
