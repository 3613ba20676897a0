#include "surrogate/torch_plugin.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include "core/error.hpp"
#include "surrogate/open.hpp"

using namespace mlip;

TEST_CASE("a plugin that is not there, or no library, is named with the remedy") {
  const char* const missing = "/nowhere/mlip-torch.so";
  const char* const no_library = TEST_DATA "/surrogate/README.md";
  for (const char* file : {missing, no_library}) {
    ::setenv("MLIP_TORCH", file, 1);
    try {
      (void)surrogate::open_surrogate(TEST_DATA "/surrogate/torchscript/other.pt", 1);
      FAIL("it is refused");
    } catch (const core::UserError& error) {
      CHECK(error.code() == core::ExitCode::missing_tool);
      CHECK(std::string(error.what()).find(file) != std::string::npos);
      CHECK(error.remedy().find("./dev setup --mace") != std::string::npos);
    }
    const auto finding = surrogate::check_torch();
    CHECK_FALSE(finding.works);
    CHECK_FALSE(finding.remedy.empty());
  }
  ::unsetenv("MLIP_TORCH");
}

TEST_CASE("a Python object is told from an export, with the way from one to the other") {
  try {
    (void)surrogate::open_surrogate("mp.model", 1);
    FAIL("it is refused");
  } catch (const core::UserError& error) {
    CHECK(error.code() == core::ExitCode::bad_input);
    CHECK(error.remedy() == "export it with: mace_create_lammps_model mp.model --dtype float64");
  }
}
