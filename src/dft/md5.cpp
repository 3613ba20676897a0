#include "dft/md5.hpp"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace mlip::dft {

namespace {

using State = std::array<std::uint32_t, 4>;

// RFC 1321, section 3.4: T[i] = floor(2³² |sin i|).
std::array<std::uint32_t, 64> sines() {
  std::array<std::uint32_t, 64> values{};
  for (std::size_t i = 0; i < 64; ++i)
    values[i] = static_cast<std::uint32_t>(
        std::floor(4294967296.0 * std::abs(std::sin(static_cast<double>(i + 1)))));
  return values;
}

void digest_block(State& state, const char* block) {
  static const auto constants = sines();
  static constexpr std::array<std::array<int, 4>, 4> turns = {
      {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};
  std::array<std::uint32_t, 16> words{};
  for (std::size_t i = 0; i < 64; ++i)
    words[i / 4] |= static_cast<std::uint32_t>(static_cast<unsigned char>(block[i]))
                    << (8 * (i % 4));
  auto [a, b, c, d] = state;
  for (std::uint32_t i = 0; i < 64; ++i) {
    const std::uint32_t round = i / 16;
    const std::uint32_t mix = round == 0   ? (b & c) | (~b & d)
                              : round == 1 ? (d & b) | (~d & c)
                              : round == 2 ? b ^ c ^ d
                                           : c ^ (b | ~d);
    const std::uint32_t word = round == 0   ? i
                               : round == 1 ? (5 * i + 1) % 16
                               : round == 2 ? (3 * i + 5) % 16
                                            : (7 * i) % 16;
    const std::uint32_t sum = a + mix + constants[i] + words[word];
    a = d;
    d = c;
    c = b;
    b += std::rotl(sum, turns[round][i % 4]);
  }
  state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d};
}

}  // namespace

std::string md5(std::string_view content) {
  State state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  std::size_t done = 0;
  for (; done + 64 <= content.size(); done += 64) digest_block(state, content.data() + done);
  std::string rest(content.substr(done));
  rest += '\x80';
  while (rest.size() % 64 != 56) rest += '\0';
  const std::uint64_t bits = 8 * static_cast<std::uint64_t>(content.size());
  for (int i = 0; i < 8; ++i) rest += static_cast<char>((bits >> (8 * i)) & 0xff);
  for (std::size_t i = 0; i < rest.size(); i += 64) digest_block(state, rest.data() + i);
  std::string hex;
  for (const std::uint32_t word : state)
    for (int i = 0; i < 4; ++i) hex += fmt::format("{:02x}", (word >> (8 * i)) & 0xff);
  return hex;
}

}  // namespace mlip::dft
