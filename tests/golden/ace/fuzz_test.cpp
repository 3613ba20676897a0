/// Damaged files are refused with a message or read; nothing else happens.
#include <unistd.h>

#include <random>

#include "ace/files.hpp"
#include "core/error.hpp"
#include "core/file.hpp"
#include "oracle.hpp"

using namespace mlip;

namespace {

/// One of: a byte changed, a piece cut, a piece repeated, a line swapped for another.
std::string damaged(const std::string& text, std::mt19937& engine) {
  const auto below = [&](std::size_t n) { return engine() % std::max<std::size_t>(n, 1); };
  std::string result = text;
  const std::size_t at = below(text.size());
  switch (below(5)) {
    case 0:
      result[at] = static_cast<char>(below(256));
      break;
    case 1:
      result[at] = "0123456789-.e[]{},: &*\n"[below(23)];
      break;
    case 2:
      result.erase(at, 1 + below(40));
      break;
    case 3:
      result.insert(at, text.substr(below(text.size()), 1 + below(40)));
      break;
    default:
      result.resize(at);
  }
  return result;
}

template <class Read>
int refused(const std::string& name, int rounds, const Read& read) {
  const std::string text = core::read_file(oracle::folder / name);
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("mlip_ace_fuzz_" + std::to_string(::getpid()));
  std::mt19937 engine(7);
  int refusals = 0;
  for (int i = 0; i < rounds; ++i) {
    std::ofstream(file, std::ios::binary) << damaged(text, engine);
    try {
      read(file);
    } catch (const core::UserError& error) {
      ++refusals;
      CHECK(std::string(error.what()).find(file.filename().string()) != std::string::npos);
    }
  }
  std::filesystem::remove(file);
  return refusals;
}

}  // namespace

TEST_CASE("damaged .yaml") {
  CHECK(refused("mini.yaml", 1500, [](const auto& file) { ace::Evaluator(ace::read_yaml(file)); }) >
        500);
}

TEST_CASE("damaged .yace") {
  CHECK(refused("mini.yace", 1500, [](const auto& file) { ace::Evaluator(ace::read_yace(file)); }) >
        500);
}

TEST_CASE("damaged .asi") {
  for (const char* name : {"two_dens.asi", "deflated.asi", "zip64.asi"})
    CHECK(refused(name, 600, [](const auto& file) { (void)ace::read_asi(file); }) > 300);
}

TEST_CASE("what fuzzing found is refused") {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TEST_DATA "/fuzz/asi")) {
    CAPTURE(entry.path());
    CHECK_THROWS_AS((void)ace::read_asi(entry.path()), core::UserError);
    ++files;
  }
  CHECK(files > 0);
}
