#include "surrogate/sevennet_library.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include "core/data_folder.hpp"
#include "core/error.hpp"
#include "core/file.hpp"
#include "surrogate/open.hpp"

using namespace mlip;
using namespace mlip::surrogate;

TEST_CASE("a model is found by its name in the data folder, or by its file") {
  const char* before = std::getenv("XDG_DATA_HOME");
  const std::string old = before != nullptr ? before : "";
  char name[] = "/tmp/mlip_data_XXXXXX";
  const std::filesystem::path folder = ::mkdtemp(name);
  ::setenv("XDG_DATA_HOME", folder.c_str(), 1);
  CHECK(sevennet_folder() == folder / "mlip-auto/surrogate");
  CHECK(count_sevennet(sevennet_folder()) == 0);
  const auto file = sevennet_folder() / "sevennet-0.sevennet";
  CHECK_THROWS_WITH_AS((void)find_sevennet("sevennet-0"),
                       ("the surrogate 'sevennet-0' is not at '" + file.string() + "'").c_str(),
                       core::UserError);
  std::filesystem::create_directories(sevennet_folder());
  core::write_atomically(file, "x");
  CHECK(find_sevennet("sevennet-0") == file);
  CHECK(count_sevennet(sevennet_folder()) == 0);  // doctor --fix fetches it again
  CHECK_THROWS_AS((void)find_sevennet("sevennet-1"), core::UserError);
  CHECK_THROWS_AS((void)open_surrogate("sevennet-0", 1), core::UserError);
  std::filesystem::copy_file(TEST_DATA "/surrogate/sevennet-0.sevennet", file,
                             std::filesystem::copy_options::overwrite_existing);
  CHECK(count_sevennet(sevennet_folder()) == 1);
  std::filesystem::remove_all(folder);
  if (before != nullptr)
    ::setenv("XDG_DATA_HOME", old.c_str(), 1);
  else
    ::unsetenv("XDG_DATA_HOME");
  const auto surrogate = open_surrogate(TEST_DATA "/surrogate/sevennet-0.sevennet", 1);
  CHECK(surrogate.model == "sevennet-0");
  CHECK(surrogate.version == "11Jul2024");
  CHECK(surrogate.calculator->cutoff() == 5);
}
