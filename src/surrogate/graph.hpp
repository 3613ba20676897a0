/// A structure as a network sees it: the types of its atoms and the pairs of them that are near.
#pragma once

#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/structure.hpp"
#include "potential/calculator.hpp"

namespace mlip::surrogate {

/// Two atoms within the cutoff (or an atom and its own image), met once.
struct Pair {
  int i, j;
  core::Vec3 vector;  ///< from i to j, Å
};

/// Throws core::UserError (failed) where two atoms are at the same place.
[[nodiscard]] std::vector<Pair> pairs_of(const core::Structure& structure, double cutoff);

/// Adds forces and virial to what has an energy; `gradients`: dE/d vector of each pair, eV/Å.
void add_pair_forces(std::span<const Pair> pairs, std::span<const core::Vec3> gradients,
                     potential::Evaluation& evaluation);

/// The elements a model knows.
class Types {
 public:
  /// `numbers`: the atomic number of each type; `model` is named in complaints.
  Types(std::string model, const std::vector<int>& numbers);
  [[nodiscard]] bool knows(int number) const { return types_.contains(number); }
  /// An atom.  Throws core::UserError (bad_input) for an element the model does not know.
  [[nodiscard]] std::vector<int> of(const core::Structure& structure) const;

 private:
  std::string model_;
  std::unordered_map<int, int> types_;
};

}  // namespace mlip::surrogate
