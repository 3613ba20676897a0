#include "store/originals.hpp"

#include <cmath>
#include <string_view>

namespace mlip::store {

namespace {

// Wide, so that few structures lie so near its edges that copies may be across.
constexpr double grid = 100 * Originals::same_place;

template <std::size_t count>
std::size_t hash_of(const std::array<std::int64_t, count>& place) {
  return std::hash<std::string_view>()(
      {reinterpret_cast<const char*>(place.data()), sizeof(place)});
}

}  // namespace

/// Its own is the first.
std::vector<Originals::Place> Originals::places_near(const Fingerprint& fingerprint) {
  const auto next = std::uint64_t(compositions_.size());
  const auto composition = compositions_.emplace(fingerprint.composition, next).first->second;
  std::vector<Place> places = {{std::int64_t(composition)}};
  for (std::size_t k = 0; k < fingerprint.extremes.size(); ++k) {
    const auto cell_of = [&](double shift) {
      return static_cast<std::int64_t>(std::floor((fingerprint.extremes[k] + shift) / grid));
    };
    const std::int64_t own = cell_of(0);
    for (Place& place : places) place[k + 1] = own;
    for (const double shift : {-same_place, same_place}) {
      if (cell_of(shift) == own) continue;
      for (std::size_t n = 0, all = places.size(); n < all; ++n) {
        places.push_back(places[n]);
        places.back()[k + 1] = cell_of(shift);
      }
    }
  }
  return places;
}

std::optional<std::size_t> Originals::compare(const Fingerprint& fingerprint,
                                              std::uint64_t composition, std::size_t offset) const {
  Head head{};
  prints_.read(offset, &head, sizeof(head));
  if (head.composition != composition) return std::nullopt;
  std::vector<float> values(head.values);
  prints_.read(offset + sizeof(head), values.data(), values.size() * sizeof(float));
  const Fingerprint other{fingerprint.composition, {values.begin(), values.end()}, {}};
  if (!same_structure(fingerprint, other, same_place)) return std::nullopt;
  return head.number;
}

std::optional<std::size_t> Originals::original_of(const core::Structure& structure) {
  const std::size_t number = asked_++;
  const core::Cell& cell = structure.cell;
  const bool flat = cell.all_periodic() && !(cell.volume() > 0);
  if (flat || !core::is_finite(structure)) return std::nullopt;
  const Fingerprint fingerprint = store::fingerprint(structure);
  const auto places = places_near(fingerprint);
  const auto composition = std::uint64_t(places.front()[0]);
  for (const Place& place : places)
    for (auto [at, end] = offsets_.equal_range(hash_of(place)); at != end; ++at)
      if (const auto original = compare(fingerprint, composition, at->second)) return original;
  const std::vector<float> values(fingerprint.values.begin(), fingerprint.values.end());
  const Head head{composition, number, values.size()};
  offsets_.emplace(hash_of(places.front()), prints_.size());
  prints_.append(&head, sizeof(head));
  prints_.append(values.data(), values.size() * sizeof(float));
  return std::nullopt;
}

}  // namespace mlip::store
