#include "core/scratch_file.hpp"

#include <doctest/doctest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>

#include "core/error.hpp"

using namespace mlip;

TEST_CASE("a scratch file gives back what was put in, and leaves nothing behind") {
  const auto folder =
      std::filesystem::temp_directory_path() / ("mlip-scratch-test-" + std::to_string(getpid()));
  std::filesystem::create_directory(folder);
  {
    core::ScratchFile file(folder);
    CHECK(file.map() == nullptr);
    file.append("one", 3);
    file.append("three", 5);
    CHECK(file.size() == 8);
    std::array<char, 5> word{};
    file.read(3, word.data(), word.size());
    CHECK(std::string(word.data(), word.size()) == "three");
    void* mapped = file.map();
    CHECK(std::memcmp(mapped, "onethree", 8) == 0);
    munmap(mapped, file.size());
    CHECK(std::filesystem::is_empty(folder));
  }
  std::filesystem::remove(folder);
  CHECK_THROWS_AS(core::ScratchFile{folder}, core::UserError);
}
