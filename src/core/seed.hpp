/// One seed: every random choice derives from hash(root seed, stage, item).
#pragma once

#include <cstdint>
#include <random>
#include <string_view>

namespace mlip::core {

/// 64-bit FNV-1a of a text; stable over machines and versions.
[[nodiscard]] constexpr std::uint64_t hash_text(std::string_view text,
                                                std::uint64_t start = 14695981039346656037ULL) {
  for (char c : text) start = (start ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return start;
}

/// A generator for one item of one stage.
[[nodiscard]] inline std::mt19937_64 random_engine(std::uint64_t root, std::string_view stage,
                                                   std::uint64_t item = 0) {
  std::uint64_t state =
      hash_text(stage) ^ (root * 0x9E3779B97F4A7C15ULL) ^ (item + 0x632BE59BD9B4E019ULL);
  state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9ULL;
  state = (state ^ (state >> 27)) * 0x94D049BB133111EBULL;
  return std::mt19937_64(state ^ (state >> 31));
}

/// Uniform in [0, 1), the same on every standard library.
[[nodiscard]] inline double uniform(std::mt19937_64& engine) {
  return static_cast<double>(engine() >> 11) * 0x1.0p-53;
}

/// Standard normal by Box and Muller, the same on every standard library.
[[nodiscard]] double normal(std::mt19937_64& engine);

}  // namespace mlip::core
