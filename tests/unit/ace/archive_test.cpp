#include "core/archive.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "ace/files.hpp"
#include "core/error.hpp"

using namespace mlip;

namespace {

/// A file of this test, removed at the end.
struct TemporaryFile {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("mlip_ace_unit_" + std::to_string(::getpid()));
  explicit TemporaryFile(const std::string& content) {
    std::ofstream(path, std::ios::binary) << content;
  }
  ~TemporaryFile() { std::filesystem::remove(path); }
};

std::string array(const std::string& header, const std::string& data, int version = 1) {
  std::string out = "\x93NUMPY";
  out += {static_cast<char>(version), '\0', static_cast<char>(header.size()), '\0'};
  if (version > 1) out += std::string(2, '\0');
  return out + header + data;
}

template <class Number>
std::string bytes(const std::vector<Number>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number)};
}

Eigen::MatrixXd read_matrix(const std::string& member) {
  const TemporaryFile file(core::pack({{"Cu.npy", member}}));
  return ace::read_asi(file.path).at("Cu");
}

std::string problem(const std::string& archive) {
  const TemporaryFile file(archive);
  try {
    (void)ace::read_asi(file.path);
  } catch (const core::UserError& error) {
    return error.what();
  }
  return "";
}

constexpr const char* header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }\n";
const std::vector<double> numbers = {1, 2, 3, 4};

}  // namespace

TEST_CASE("the checksum of ZIP") {
  CHECK(core::checksum("123456789") == 0xCBF43926u);
}

TEST_CASE("members come back") {
  const std::vector<core::ArchiveMember> members = {{"a", "first"}, {"b", ""}, {"c", "third"}};
  const auto again = core::unpack(core::pack(members), "x");
  REQUIRE(again.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(again[i].name == members[i].name);
    CHECK(again[i].content == members[i].content);
  }
}

TEST_CASE("NumPy headers of every kind") {
  Eigen::MatrixXd expected(2, 2);
  expected << 1, 2, 3, 4;
  CHECK(read_matrix(array(header, bytes(numbers))) == expected);
  CHECK(read_matrix(array(header, bytes(numbers), 2)) == expected);
  CHECK(read_matrix(array("{'descr': '<f8', 'fortran_order': True, 'shape': (2, 2), }\n",
                          bytes(numbers))) == expected.transpose());
  CHECK(read_matrix(array("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }\n",
                          bytes(std::vector<float>{1, 2, 3, 4}))) == expected);
}

TEST_CASE("what is no active set is said") {
  const auto with = [](const std::string& content, const char* name = "Cu.npy") {
    return problem(core::pack({{name, content}}));
  };
  CHECK(problem("nothing").find("no ZIP archive") != std::string::npos);
  CHECK(with("short").find("no NumPy array") != std::string::npos);
  CHECK(with(array(header, bytes(numbers)), "Xx.npy").find("names no element") !=
        std::string::npos);
  CHECK(with(array(header, "")).find("bytes for 2") != std::string::npos);
  CHECK(with(array(header, bytes(numbers), 9)).find("version 9") != std::string::npos);
  CHECK(with(array("{'fortran_order': False, 'shape': (2, 2), }", "")).find("'descr'") !=
        std::string::npos);
  CHECK(with(array("{'descr': '>i4', 'fortran_order': False, 'shape': (2, 2), }", ""))
            .find("floats") != std::string::npos);
  CHECK(with(array("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1), }",
                   bytes(std::vector<double>{1, 2})))
            .find("square") != std::string::npos);
  CHECK(with(array("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", ""))
            .find("no matrix") != std::string::npos);
  CHECK(
      with(array("{'descr': '<f8', 'fortran_order': False, 'shape': 2, }", "")).find("no shape") !=
      std::string::npos);
  CHECK(with(array(header, bytes(std::vector<double>{1, 2, 3, NAN}))).find("finite") !=
        std::string::npos);
  std::string flipped = core::pack({{"Cu.npy", array(header, bytes(numbers))}});
  flipped[100] = static_cast<char>(flipped[100] ^ 1);
  CHECK(problem(flipped).find("checksum") != std::string::npos);
  std::string method = core::pack({{"Cu.npy", array(header, bytes(numbers))}});
  method[method.size() - 22 - 52 + 10] = 12;
  CHECK(problem(method).find("method 12") != std::string::npos);
}
