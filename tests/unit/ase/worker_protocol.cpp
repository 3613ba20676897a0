#include "ase/worker_protocol.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <limits>

#include "ase/worker_script.hpp"
#include "core/seed.hpp"

using namespace mlip;
using namespace mlip::ase;

namespace {

core::Structure salt() {
  core::Structure structure;
  structure.cell.vectors << 5.6, 0, 0, 0.1, 5.7, 0, 0.2, 0.3, 5.8;
  structure.cell.periodic = {true, false, true};
  structure.numbers = {11, 17};
  structure.positions = {{0.1, 0.2, 0.3}, {2.8, -1, 1e-9}};
  return structure;
}

WorkerResult result() {
  WorkerResult value;
  value.energy = -6.75;
  value.forces = {{1, 2, 3}, {-1, -2, -3}};
  value.stress = core::Mat3::Zero();
  *value.stress << 1, 6, 5, 6, 2, 4, 5, 4, 3;
  value.energies = {-3, -3.75};
  return value;
}

core::Result<FrameHeader> header(const std::string& frame, std::size_t longest = 1000) {
  return decode_header(std::string_view(frame).substr(0, header_size), longest);
}

template <class Number>
Number number_at(const std::string& bytes, std::size_t offset) {
  Number number{};
  std::memcpy(&number, bytes.data() + offset, sizeof number);
  return number;
}

/// Every decoder gets the bytes; none may do more than refuse them.
int accepted_by(const std::string& bytes, std::size_t atoms) {
  int count = 0;
  if (bytes.size() >= header_size && header(bytes)) ++count;
  if (decode_hello(bytes)) ++count;
  if (decode_result(bytes, atoms)) ++count;
  if (decode_request(bytes)) ++count;
  return count;
}

}  // namespace

TEST_CASE("a request lies in memory as the header file says") {
  const std::string frame = encode_request(salt());
  CHECK(frame.size() == 12 + 8 + 72 + 2 * 4 + 6 * 8);
  CHECK(frame.substr(0, 4) == "MLIP");
  CHECK(number_at<std::uint32_t>(frame, 4) == 4);
  CHECK(number_at<std::uint32_t>(frame, 8) == frame.size() - 12);
  CHECK(number_at<std::uint32_t>(frame, 12) == 2);
  CHECK(number_at<std::uint32_t>(frame, 16) == 0b101);
  CHECK(number_at<double>(frame, 20 + 3 * 8) == 0.1);
  CHECK(number_at<std::int32_t>(frame, 92 + 4) == 17);
  CHECK(number_at<double>(frame, 100 + 4 * 8) == -1);
}

TEST_CASE("what is encoded is decoded bit by bit") {
  const auto request = decode_request(encode_request(salt()).substr(header_size));
  REQUIRE(request);
  CHECK(request.value().cell == salt().cell);
  CHECK(request.value().numbers == salt().numbers);
  CHECK(request.value().positions == salt().positions);

  const auto decoded = decode_result(encode_result(result()), 2);
  REQUIRE(decoded);
  CHECK(decoded.value().energy == result().energy);
  CHECK(decoded.value().forces == result().forces);
  CHECK(*decoded.value().stress == *result().stress);
  CHECK(decoded.value().energies == result().energies);

  WorkerResult bare = result();
  bare.stress.reset();
  bare.energies.clear();
  const auto decoded_bare = decode_result(encode_result(bare), 2);
  REQUIRE(decoded_bare);
  CHECK_FALSE(decoded_bare.value().stress);
  CHECK(decoded_bare.value().energies.empty());
}

TEST_CASE("the longest reply holds every result") {
  CHECK(encode_result(result()).size() <= longest_reply(2));
  WorkerResult large = result();
  large.forces.assign(10000, core::Vec3::Zero());
  large.energies.assign(10000, 0);
  CHECK(encode_result(large).size() == longest_reply(10000));
}

TEST_CASE("headers") {
  const auto good = header(encode_frame(FrameKind::failure, "no"));
  REQUIRE(good);
  CHECK(good.value().kind == FrameKind::failure);
  CHECK(good.value().length == 2);
  CHECK(header("Traceback (most").reason() == "what the worker wrote is no frame");
  CHECK_FALSE(header(encode_frame(static_cast<FrameKind>(5), "")));
  CHECK_FALSE(header(encode_frame(static_cast<FrameKind>(0), "")));
  CHECK(header(encode_frame(FrameKind::result, std::string(1001, 'x'))).reason() ==
        "a frame of 1001 bytes, at most 1000 were expected");
}

TEST_CASE("another version is refused") {
  CHECK(decode_hello(std::string("\1\0\0\0ase", 7)).value() == "ase");
  CHECK(decode_hello(std::string("\2\0\0\0ase", 7)).reason() ==
        "the worker speaks version 2 of the protocol, not 1");
  CHECK_FALSE(decode_hello("abc"));
}

TEST_CASE("results whose sizes do not fit are refused") {
  const std::string good = encode_result(result());
  CHECK(decode_result(good, 3).reason() == "a result for 2 atoms, 3 were sent");
  CHECK_FALSE(decode_result(good + "x", 2));
  for (std::size_t length = 0; length < good.size(); ++length)
    CHECK_FALSE(decode_result(good.substr(0, length), 2));
  std::string flags = good;
  flags[4] = 7;
  CHECK_FALSE(decode_result(flags, 2));
}

TEST_CASE("results that are not finite are refused") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  auto forces = result(), stress = result(), energy = result(), energies = result();
  forces.forces[1].y() = std::numeric_limits<double>::infinity();
  (*stress.stress)(1, 2) = nan;
  energy.energy = nan;
  energies.energies[0] = nan;
  for (const auto& bad : {forces, stress, energy, energies})
    CHECK(decode_result(encode_result(bad), 2).reason() == "the result is not finite");
}

TEST_CASE("fuzz: damaged and random bytes are refused or decoded, never worse") {
  auto engine = core::random_engine(7, "fuzz");
  const std::vector<std::string> models = {
      encode_request(salt()), encode_request(salt()).substr(header_size), encode_result(result()),
      encode_frame(FrameKind::hello, std::string("\1\0\0\0ase", 7)), std::string("\1\0\0\0ase", 7)};
  int accepted = 0, refused = 0;
  for (int round = 0; round < 40000; ++round) {
    std::string bytes = models[engine() % models.size()];
    if (round % 4 == 0) bytes.assign(engine() % 200, '\0');
    const std::size_t changes = round % 4 == 0 ? bytes.size() : engine() % 6;
    for (std::size_t i = 0; i < changes && !bytes.empty(); ++i)
      bytes[engine() % bytes.size()] = static_cast<char>(engine());
    if (engine() % 3 == 0) bytes.resize(engine() % (bytes.size() + 9));
    const int count = accepted_by(bytes, engine() % 4);
    accepted += count;
    refused += 4 - count;
  }
  CHECK(accepted > 1000);
  CHECK(refused > 100000);
}

TEST_CASE("the worker's script is in the program, whole") {
  const auto script = worker_script();
  CHECK(script.starts_with("\"\"\"Serves one ASE calculator"));
  CHECK(script.ends_with("\nmain()\n"));
  CHECK(script.find("@") == std::string_view::npos);
}
