#include "surrogate/sevennet_file.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <zlib.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/file.hpp"

using namespace mlip;
using surrogate::read_sevennet;

namespace {

const std::string original = core::read_file(TEST_DATA "/surrogate/sevennet-0.sevennet");

std::string with_checksum(std::string content) {
  const auto sum = static_cast<std::uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(content.data()), content.size()));
  return content.append(reinterpret_cast<const char*>(&sum), sizeof sum);
}

/// The original with another header and a checksum that is right.
std::string with_header(const std::function<void(nlohmann::json&)>& change) {
  const std::size_t start = original.find('\n') + 1, end = original.find('\n', start);
  auto header = nlohmann::json::parse(original.substr(start, end - start));
  change(header);
  return with_checksum(original.substr(0, start) + header.dump() +
                       original.substr(end, original.size() - end - 4));
}

/// What is said of a file of that content, without its name.
std::string complaint(const std::string& content) {
  char name[] = "/tmp/mlip_sevennet_XXXXXX";
  const std::filesystem::path folder = ::mkdtemp(name);
  const auto file = folder / "model";
  core::write_atomically(file, content);
  std::string said;
  try {
    const auto model = read_sevennet(file);
    (void)model.values("readout", {128});
    (void)model.values("no such", {1});
  } catch (const core::UserError& error) {
    CHECK(error.code() == core::ExitCode::bad_input);
    CHECK(error.remedy() == "fetch it again with: mlip-auto doctor --fix");
    said = error.what();
  }
  std::filesystem::remove_all(folder);
  const std::string start = "the SevenNet model '" + file.string() + "' ";
  REQUIRE(said.starts_with(start));
  return said.substr(start.size());
}

}  // namespace

TEST_CASE("a model file says what it is") {
  const auto model = read_sevennet(TEST_DATA "/surrogate/sevennet-0.sevennet");
  CHECK(model.name == "sevennet-0");
  CHECK(model.source == "sevenn 0.13.0, SevenNet_0__11Jul2024/checkpoint_sevennet_0.pth");
  CHECK(model.cutoff == 5);
  CHECK_FALSE(model.envelope.polynomial);
  CHECK(model.envelope.on == 4.5);
  CHECK(model.species.size() == 89);
  REQUIRE(model.layers.size() == 5);
  CHECK(model.layers[1].in == std::vector<int>{128, 64, 32});
  CHECK(model.layers[1].paths.size() == 15);
  CHECK(model.values("bessel", {8}).size() == 8);
  CHECK(complaint(original) == "has no tensor 'no such'");
}

TEST_CASE("a damaged or short file is refused") {
  const std::string damaged = "is damaged or cut short: its checksum differs";
  auto changed = original;
  changed[changed.size() / 2] ^= 1;
  CHECK(complaint(changed) == damaged);
  CHECK(complaint(original.substr(0, original.size() / 3)) == damaged);
  CHECK(complaint(original.substr(0, 18)) == "is cut short");
  CHECK(complaint("").starts_with("is no model file"));
  CHECK(complaint("PK\x03\x04 a checkpoint").starts_with("is no model file"));
  CHECK_THROWS_AS((void)read_sevennet("/no/such/model"), core::UserError);
}

TEST_CASE("a whole file whose header makes no sense is refused") {
  CHECK(complaint(with_checksum("MLIP-SEVENNET 1\n{}\n"))
            .starts_with("has a header of an unknown form"));
  CHECK(complaint(with_checksum("MLIP-SEVENNET 1\n")).starts_with("has a header of an unknown"));
  CHECK(complaint(with_header([](auto& h) { h["layers"][0]["in"] = {20}; })) ==
        "has layers of an unknown shape");
  CHECK(complaint(with_header([](auto& h) {
          h["layers"][0]["paths"][0] = {1, 0, 1};
        })) == "has a path between features that are not there");
  CHECK(complaint(with_header([](auto& h) { h["species"][0] = 300; })) == "names no elements");
  CHECK(complaint(with_header([](auto& h) { h["cutoff"] = 0; })) == "has no layers");
  CHECK(complaint(with_header([](auto& h) { h["tensors"][0][1][0] = 4000000; })) ==
        "has fewer weights than it says");
  CHECK(complaint(with_header([](auto& h) {
          for (auto& tensor : h["tensors"])
            if (tensor[0] == "readout") tensor[1] = {2, 64};
        })) == "has a tensor 'readout' of shape [2, 64], not [128]");
}
