/// Copies among structures that pass by one at a time, a million of them too.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/scratch_file.hpp"
#include "store/fingerprint.hpp"

namespace mlip::store {

/// The structures so far that are no copy of one before.
class Originals {
 public:
  /// Å; of the fingerprints' values, a tenth of what the database takes for the same.  Atoms of a
  /// copy may be some ten times as far away, where the values hardly depend on them.
  static constexpr double same_place = 1e-4;

  /// Their fingerprints lie in a scratch file in `folder`; in memory are some 40 bytes of each.
  explicit Originals(const std::filesystem::path& folder) : prints_(folder) {}

  /// The number, among all structures that were asked for before, of the one that this is a copy
  /// of; nothing where it is none, as everything is that has no volume or numbers not finite.
  [[nodiscard]] std::optional<std::size_t> original_of(const core::Structure& structure);

 private:
  /// What is in front of a fingerprint's values in the file.
  struct Head {
    std::uint64_t composition, number, values;
  };
  /// Number of the composition, and where the extremes lie on a grid.
  using Place = std::array<std::int64_t, 5>;

  [[nodiscard]] std::vector<Place> places_near(const Fingerprint& fingerprint);
  /// Its number, where the original at `offset` in the file is the same.
  [[nodiscard]] std::optional<std::size_t> compare(const Fingerprint& fingerprint,
                                                   std::uint64_t composition,
                                                   std::size_t offset) const;

  core::ScratchFile prints_;
  std::map<std::string, std::uint64_t> compositions_;
  std::unordered_multimap<std::size_t, std::size_t> offsets_;  ///< by hash of the place
  std::size_t asked_ = 0;
};

}  // namespace mlip::store
