// The committed reference is what the program says.  MLIP_REWRITE=1 rewrites it.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "core/file.hpp"
#include "pipeline/plan.hpp"

using namespace mlip;

namespace {

void compare(const std::string& name, const std::string& text) {
  const std::filesystem::path file =
      std::filesystem::path(TEST_DATA) / "../../docs/reference" / name;
  if (const char* rewrite = std::getenv("MLIP_REWRITE"); rewrite != nullptr && *rewrite == '1')
    core::write_atomically(file, text + '\n');
  CHECK_MESSAGE(core::read_file(file) == text + '\n',
                "docs/reference/" << name << " is out of date: run this test with MLIP_REWRITE=1");
}

}  // namespace

TEST_CASE("the schema of inputs") {
  compare("input.schema.json", pipeline::input_schema());
}

TEST_CASE("the reference of options") {
  compare("options.md", pipeline::options_reference());
}
