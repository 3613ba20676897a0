/// Angular momentum algebra of the product basis: real Condon-Shortley Clebsch-Gordan coefficients
/// and their generalisation over a binary coupling tree (Drautz 2020,
/// doi:10.1103/PhysRevB.102.024104).
#pragma once

#include <vector>

namespace mlip::ace {

/// ⟨j1 m1 j2 m2 | J M⟩ of integer momenta; exactly 0 where it vanishes.
[[nodiscard]] double clebsch_gordan(int j1, int m1, int j2, int m2, int J, int M);

/// Joins two momenta; nodes are numbered leaves 0..r−1, intermediates r..2r−3, root 2r−2.
struct Joint {
  int left, right, result;
};
/// Leaves are paired left to right, then intermediates in the order of creation, an odd leaf last.
[[nodiscard]] std::vector<Joint> coupling_tree(int rank);

/// One product of a coupled function: Σ m = 0, the first non-zero m positive, `value` with the
/// factor 2 for the omitted negative tuple.
struct Coupling {
  std::vector<int> m;
  double value;
};

/// All products of (ls, LS) with a coefficient other than exactly 0; the first m runs fastest.
[[nodiscard]] std::vector<Coupling> couplings(const std::vector<int>& ls,
                                              const std::vector<int>& LS);

/// True where LS has the right length, all triangle rules hold, and Σ l is even.
[[nodiscard]] bool couples(const std::vector<int>& ls, const std::vector<int>& LS);

/// Intermediate momenta the triangle rules allow, in lexicographic order.
[[nodiscard]] std::vector<std::vector<int>> allowed_LS(const std::vector<int>& ls);

/// The first LS of each linearly independent set.  `pattern[t]` is equal for factors with equal
/// species and n; `ls` does not decrease inside a pattern.
[[nodiscard]] std::vector<std::vector<int>> independent_LS(const std::vector<int>& pattern,
                                                           const std::vector<int>& ls);

}  // namespace mlip::ace
