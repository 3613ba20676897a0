// The SSSP library really fetched from the machine's Debian archive.
#include "dft/espresso/sssp_library.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include "dft/espresso/pseudopotential.hpp"

using namespace mlip::dft::espresso;
namespace fs = std::filesystem;

TEST_CASE("the SSSP library is fetched and chosen first") {
  const fs::path home = fs::temp_directory_path() / ("mlip-sssp-" + std::to_string(getpid()));
  const fs::path folder = home / "mlip-auto/sssp";
  CHECK(fetch_sssp(folder) >= 75);
  CHECK(std::distance(fs::directory_iterator(folder.parent_path()), {}) == 1);
  const auto set = choose_pseudopotentials({"Fe", "Ni"}, {folder, stock_folder}, "", {});
  CHECK(set.functional == "pbe");
  CHECK(set.by_element.at("Fe").file.parent_path() == folder);
  CHECK(set.by_element.at("Ni").file.parent_path() == folder);
  CHECK(set.ecutwfc_ry == 90);
  fs::remove_all(home);
}
