#include "generate/lessons.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "core/element.hpp"
#include "core/error.hpp"
#include "core/seed.hpp"
#include "generate/cells.hpp"
#include "generate/generate.hpp"
#include "generate/random_search.hpp"

namespace mlip::generate {

namespace {

using core::Structure;

constexpr std::size_t most_random_atoms = 12;

double from_to(std::mt19937_64& engine, double low, double high) {
  return low + (high - low) * core::uniform(engine);
}

std::size_t one_of(std::mt19937_64& engine, std::size_t count) {
  return static_cast<std::size_t>(core::uniform(engine) * static_cast<double>(count));
}

/// Shares drawn evenly from all there are; of one element that one.
std::map<int, double> any_composition(const std::set<int>& elements, std::mt19937_64& engine) {
  std::map<int, double> composition;
  double sum = 0;
  for (const int element : elements)
    sum += composition[element] = -std::log(1 - core::uniform(engine));
  for (auto& entry : composition) entry.second /= sum;
  return composition;
}

Structure deformed(const Structure& cell, const LessonOptions& options, std::mt19937_64& engine) {
  core::Mat3 strain = from_to(engine, -options.strain, options.strain) * core::Mat3::Identity();
  for (int i = 0; i < 3; ++i)
    for (int j = i; j < 3; ++j)
      strain(i, j) = strain(j, i) =
          strain(i, j) + from_to(engine, -options.shear / 2, options.shear / 2);
  return core::strained(cell, strain);
}

void remove_one(Structure& cell, std::mt19937_64& engine) {
  const auto k = static_cast<std::ptrdiff_t>(one_of(engine, cell.size()));
  cell.numbers.erase(cell.numbers.begin() + k);
  cell.positions.erase(cell.positions.begin() + k);
}

Structure variation(Structure cell, const LessonOptions& options, std::mt19937_64& engine) {
  constexpr std::size_t roomy = 8;
  constexpr double dealt_anew = 0.5, with_a_vacancy = 0.2;
  const bool bulk = cell.cell.all_periodic();
  if (bulk && options.bulk && core::uniform(engine) < options.large_share)
    cell = grown(cell, options.large_atoms);
  const std::set<int> elements(cell.numbers.begin(), cell.numbers.end());
  if (bulk && elements.size() > 1 && core::uniform(engine) < dealt_anew)
    cell = decorated(cell, any_composition(elements, engine), engine);
  if (bulk && cell.size() >= roomy && core::uniform(engine) < with_a_vacancy)
    remove_one(cell, engine);
  if (bulk) cell = deformed(cell, options, engine);
  const double share = core::uniform(engine);
  return rattled(cell, options.rattle * share * share, engine());
}

Structure placed_at_random(const std::set<int>& elements, const LessonOptions& options,
                           std::mt19937_64& engine) {
  const std::size_t atoms = std::max(elements.size(), 2 + one_of(engine, most_random_atoms - 1));
  const RandomCell cell{
      .atoms = atom_counts(any_composition(elements, engine), static_cast<int>(atoms)),
      .closest = options.closest};
  return random_crystal(cell, engine).value_or(Structure{});
}

/// The `index`th lesson after the models.
std::optional<Structure> lesson(std::span<const Structure> models, const std::set<int>& elements,
                                std::size_t index, const LessonOptions& options) {
  constexpr int tries = 20;
  auto engine = core::random_engine(options.seed, "lesson", index);
  const bool random = options.bulk && core::uniform(engine) < options.random_share;
  for (int attempt = 0; attempt < tries; ++attempt) {
    Structure structure = random ? placed_at_random(elements, options, engine)
                                 : variation(models[index % models.size()], options, engine);
    if (structure.size() > 0 && distances_allowed(structure, options.closest)) return structure;
  }
  return {};
}

std::vector<Structure> pairs(const std::set<int>& elements, const LessonOptions& options) {
  constexpr double farthest = 6;  // Å
  std::vector<Structure> structures;
  for (const int a : elements)
    for (const int b : elements) {
      if (b < a) continue;
      const double nearest =
          options.closest * (core::element(a).covalent_radius + core::element(b).covalent_radius);
      for (int k = 0; k < options.pair_distances; ++k) {
        const double distance =
            nearest * std::pow(farthest / nearest, k / double(options.pair_distances));
        structures.push_back({});
        structures.back().numbers = {a, b};
        structures.back().positions = {core::Vec3::Zero(), {distance, 0, 0}};
      }
    }
  return structures;
}

std::vector<Structure> evenly_picked(std::span<const Structure> models, std::size_t most) {
  std::vector<Structure> picked;
  const std::size_t count = std::min(models.size(), most);
  for (std::size_t k = 0; k < count; ++k) picked.push_back(models[k * models.size() / count]);
  return picked;
}

}  // namespace

std::vector<Structure> lessons(std::span<const Structure> models, const LessonOptions& options) {
  MLIP_ASSERT(!models.empty());
  const auto count = static_cast<std::size_t>(options.count);
  std::set<int> elements;
  for (const Structure& model : models) elements.insert(model.numbers.begin(), model.numbers.end());
  std::vector<Structure> structures = evenly_picked(models, std::max<std::size_t>(1, count / 2));
  if (options.bulk) std::ranges::move(pairs(elements, options), std::back_inserter(structures));
  structures.resize(std::min(structures.size(), count));
  const std::size_t variations = count - structures.size();
  for (std::size_t k = 0; k < variations; ++k)
    if (auto structure = lesson(models, elements, k, options))
      structures.push_back(std::move(*structure));
  return structures;
}

}  // namespace mlip::generate
