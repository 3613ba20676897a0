#include "ace/coupling.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <numeric>

namespace mlip::ace {

namespace {

constexpr int largest_binomial = 60;

std::int64_t binomial(int n, int k) {
  static const auto table = [] {
    std::array<std::array<std::int64_t, largest_binomial + 1>, largest_binomial + 1> c{};
    for (int i = 0; i <= largest_binomial; ++i) {
      c[i][0] = 1;
      for (int j = 1; j <= i; ++j) c[i][j] = c[i - 1][j - 1] + (j < i ? c[i - 1][j] : 0);
    }
    return c;
  }();
  return k < 0 || k > n || n > largest_binomial ? 0 : table[n][k];
}

double real_binomial(int n, int k) {
  return static_cast<double>(binomial(n, k));
}

/// Depth-first walk over the m of one coupled function.
class TupleWalk {
 public:
  TupleWalk(const std::vector<int>& ls, const std::vector<int>& LS)
      : rank_(static_cast<int>(ls.size())), L_(ls), tree_(coupling_tree(rank_)) {
    L_.insert(L_.end(), LS.begin(), LS.end());
    L_.push_back(0);
    M_.assign(L_.size(), 0);
  }

  std::vector<Coupling> run() {
    step(rank_ - 1, 0);
    return std::move(found_);
  }

 private:
  void step(int factor, int sum) {
    if (factor == 0) {
      if (std::abs(sum) <= L_[0]) close(-sum);
      return;
    }
    for (int m = -L_[factor]; m <= L_[factor]; ++m) {
      M_[factor] = m;
      step(factor - 1, sum + m);
    }
  }

  void close(int first) {
    M_[0] = first;
    const auto end = M_.begin() + rank_;
    const auto leading = std::find_if(M_.begin(), end, [](int m) { return m != 0; });
    if (leading != end && *leading < 0) return;
    double value = leading != end ? 2 : 1;
    for (const Joint& joint : tree_) {
      M_[joint.result] = M_[joint.left] + M_[joint.right];
      value *= clebsch_gordan(L_[joint.left], M_[joint.left], L_[joint.right], M_[joint.right],
                              L_[joint.result], M_[joint.result]);
      if (value == 0) return;
    }
    found_.push_back({{M_.begin(), end}, value});
  }

  int rank_;
  std::vector<int> L_, M_;
  std::vector<Joint> tree_;
  std::vector<Coupling> found_;
};

using SparseVector = std::map<std::vector<int>, double>;

/// Coefficients by multiset of (pattern, l, m), a multiset and its negative being the same.
SparseVector symmetrised(const std::vector<int>& pattern, const std::vector<int>& ls,
                         const std::vector<int>& LS) {
  const auto key = [&](const std::vector<int>& m, int sign) {
    std::vector<std::array<int, 3>> factors;
    for (std::size_t t = 0; t < ls.size(); ++t) factors.push_back({pattern[t], ls[t], sign * m[t]});
    std::sort(factors.begin(), factors.end());
    std::vector<int> flat;
    for (const auto& factor : factors) flat.push_back(factor[2]);
    return flat;
  };
  SparseVector vector;
  for (const Coupling& coupling : couplings(ls, LS))
    vector[std::min(key(coupling.m, 1), key(coupling.m, -1))] += coupling.value;
  return vector;
}

double dot(const SparseVector& a, const SparseVector& b) {
  double sum = 0;
  for (const auto& [key, value] : a)
    if (const auto other = b.find(key); other != b.end()) sum += value * other->second;
  return sum;
}

void orthogonalise(SparseVector& vector, const std::vector<SparseVector>& basis) {
  for (const SparseVector& unit : basis) {
    const double overlap = dot(unit, vector);
    for (const auto& [key, value] : unit) vector[key] -= overlap * value;
  }
}

}  // namespace

double clebsch_gordan(int j1, int m1, int j2, int m2, int J, int M) {
  if (m1 + m2 != M || J < std::abs(j1 - j2) || J > j1 + j2) return 0;
  if (std::abs(m1) > j1 || std::abs(m2) > j2 || std::abs(M) > J) return 0;
  const int a = j1 + j2 - J, b = j1 - j2 + J, c = -j1 + j2 + J;
  std::int64_t sum = 0;
  for (int k = 0; k <= a; ++k) {
    const std::int64_t term = binomial(a, k) * binomial(b, j1 - m1 - k) * binomial(c, j2 + m2 - k);
    sum += k % 2 ? -term : term;
  }
  const double norm = real_binomial(2 * j1, a) * real_binomial(2 * j2, a) /
                      (real_binomial(j1 + j2 + J + 1, a) * real_binomial(2 * j1, j1 - m1) *
                       real_binomial(2 * j2, j2 - m2) * real_binomial(2 * J, J - M));
  return std::sqrt(norm) * static_cast<double>(sum);
}

std::vector<Joint> coupling_tree(int rank) {
  std::vector<Joint> tree;
  if (rank < 2) return tree;
  const int root = 2 * rank - 2;
  std::vector<int> waiting;
  int next = rank;
  const auto join = [&](int left, int right) {
    tree.push_back({left, right, next});
    waiting.push_back(next++);
  };
  for (int leaf = 0; leaf + 1 < rank; leaf += 2) join(leaf, leaf + 1);
  std::size_t first = 0;
  while (waiting.size() - first > 1 && next <= root) {
    first += 2;
    join(waiting[first - 2], waiting[first - 1]);
  }
  if (next <= root) join(waiting[first], rank - 1);
  return tree;
}

std::vector<Coupling> couplings(const std::vector<int>& ls, const std::vector<int>& LS) {
  if (ls.size() == 1)
    return ls[0] == 0 ? std::vector<Coupling>{{{0}, 1.0}} : std::vector<Coupling>{};
  return TupleWalk(ls, LS).run();
}

bool couples(const std::vector<int>& ls, const std::vector<int>& LS) {
  const auto rank = static_cast<int>(ls.size());
  if (rank == 0 || static_cast<int>(LS.size()) != std::max(0, rank - 2)) return false;
  if (std::accumulate(ls.begin(), ls.end(), 0) % 2 != 0) return false;
  if (rank == 1) return ls[0] == 0;
  std::vector<int> L = ls;
  L.insert(L.end(), LS.begin(), LS.end());
  L.push_back(0);
  return std::ranges::all_of(coupling_tree(rank), [&](const Joint& joint) {
    const int a = L[joint.left], b = L[joint.right], c = L[joint.result];
    return c >= std::abs(a - b) && c <= a + b;
  });
}

std::vector<std::vector<int>> allowed_LS(const std::vector<int>& ls) {
  const auto rank = static_cast<int>(ls.size());
  if (rank <= 2)
    return couples(ls, {}) ? std::vector<std::vector<int>>{{}} : std::vector<std::vector<int>>{};
  const std::vector<Joint> tree = coupling_tree(rank);
  std::vector<std::vector<int>> partial = {ls};
  for (const Joint& joint : tree) {
    std::vector<std::vector<int>> extended;
    for (const std::vector<int>& L : partial) {
      const int a = L[joint.left], b = L[joint.right];
      const bool root = joint.result == 2 * rank - 2;
      if (root && a != b) continue;
      for (int c = root ? 0 : std::abs(a - b); c <= (root ? 0 : a + b); ++c) {
        extended.push_back(L);
        extended.back().push_back(c);
      }
    }
    partial = std::move(extended);
  }
  std::vector<std::vector<int>> result;
  for (const std::vector<int>& L : partial) result.emplace_back(L.begin() + rank, L.end() - 1);
  return result;
}

std::vector<std::vector<int>> independent_LS(const std::vector<int>& pattern,
                                             const std::vector<int>& ls) {
  std::vector<std::vector<int>> chosen;
  std::vector<SparseVector> basis;
  for (const std::vector<int>& LS : allowed_LS(ls)) {
    if (!couples(ls, LS)) continue;
    SparseVector vector = symmetrised(pattern, ls, LS);
    orthogonalise(vector, basis);
    orthogonalise(vector, basis);
    const double norm = std::sqrt(dot(vector, vector));
    if (norm < 1e-8) continue;
    for (auto& [key, value] : vector) value /= norm;
    basis.push_back(std::move(vector));
    chosen.push_back(LS);
  }
  return chosen;
}

}  // namespace mlip::ace
