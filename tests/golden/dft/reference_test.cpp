#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "core/file.hpp"
#include "dft/espresso/remedy.hpp"

TEST_CASE("the reference of faults is that of the tables; MLIP_REWRITE=1 writes it anew") {
  const std::filesystem::path page =
      std::filesystem::path(TEST_DATA) / "../../docs/reference/faults.md";
  const std::string now = mlip::dft::espresso::fault_reference();
  if (std::getenv("MLIP_REWRITE") != nullptr) mlip::core::write_atomically(page, now);
  CHECK(mlip::core::read_file(page) == now);
}
