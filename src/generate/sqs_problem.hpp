/// What the decorations of a lattice are measured by: order of pairs and triplets, shell by shell.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "generate/pair_shells.hpp"

namespace mlip::generate {

/// Sites that elements share at random.
struct Sublattice {
  std::vector<int> sites;     ///< of the lattice, ascending
  std::map<int, int> counts;  ///< atomic number → how many of the sites; 0: vacancies
};

/// Wanted Warren-Cowley parameters of two elements, shell by shell; 0 where there are none.
struct WantedOrder {
  int first, second;  ///< atomic numbers
  std::vector<double> alpha;
};

struct SqsObjective {
  int shells = 5;
  std::vector<double> shell_weights;  ///< 1/shell where it has none
  std::vector<WantedOrder> order;
  int triplet_shells = 0;  ///< the sides of triangles; 0: none count
  double triplet_weight = 1;
};

/// An element on a sublattice.
struct Kind {
  int sublattice, number, count;
};

/// Objective Σ_s w_s Σ_{k<l} |α_kl^s − wanted| over shells s and pairs of kinds k, l, where
/// α_kl^s = 1 − N_kl / (N_AB c_k c_l) is Warren and Cowley's parameter
/// (doi:10.1103/PhysRev.77.669): N_kl of the N_AB pairs of sites, directed, of the kinds'
/// sublattices A and B are a k and an l, with all images; c are fractions of a sublattice.  Each
/// type of triangles adds the weight × the mean over ordered triplets of kinds of |1 − N_klm /
/// (N c_k c_l c_m)|, or in place of 1 what wanted α make it by superposition.
class SqsProblem {
 public:
  /// Sublattices are disjoint; their counts sum to their sites and are positive (asserted).
  /// Throws core::UserError where the order or the weights do not go with shells and elements.
  SqsProblem(const core::Structure& lattice, const std::vector<Sublattice>& sublattices,
             const SqsObjective& objective);

  /// The kind of each site, of which all are in a sublattice; the order of sites and of kinds is
  /// that of the sublattices.
  using Decoration = std::vector<int>;

  [[nodiscard]] double objective(const Decoration& decoration) const;
  /// No decoration has less: counts are whole numbers.
  [[nodiscard]] double lower_bound() const { return lower_bound_; }
  /// α of each shell, of a pair of kinds.
  [[nodiscard]] std::vector<double> order(const Decoration& decoration, int k, int l) const;
  /// The lattice with the elements of a decoration, vacancies left out.
  [[nodiscard]] core::Structure decorated(const Decoration& decoration) const;
  /// The kinds in order.
  [[nodiscard]] Decoration first_decoration() const;
  /// How many decorations there are, as far as a double can tell.
  [[nodiscard]] double decorations() const;

  [[nodiscard]] const std::vector<Kind>& kinds() const { return kinds_; }
  [[nodiscard]] const std::vector<double>& radii() const { return pairs_.radii; }
  [[nodiscard]] int shells() const { return static_cast<int>(pairs_.radii.size()); }
  /// First site of each sublattice among all that are in one, and behind the last.
  [[nodiscard]] const std::vector<int>& starts() const { return starts_; }
  [[nodiscard]] const std::vector<Contact>& contacts(int site) const {
    return pairs_.contacts[static_cast<std::size_t>(site)];
  }

  /// |wanted − N| × scale is what a count adds to the objective.
  struct Term {
    double scale = 0, wanted = 0;
  };
  /// Of N_kl in a shell, k ≠ l; a scale of 0 where nothing can be chosen.
  [[nodiscard]] const Term& pair(int k, int l, int shell) const {
    return pair_terms_[static_cast<std::size_t>((k * kind_count() + l) * shells() + shell)];
  }

  /// Triangles of sites, and the terms their kinds k, l, m count for.
  struct Triplet {
    std::array<int, 3> corners;
    int images, type;
  };
  [[nodiscard]] const std::vector<Triplet>& triplets() const { return triplets_; }
  [[nodiscard]] const std::vector<Term>& triplet_terms() const { return triplet_terms_; }
  [[nodiscard]] int triplet_term(int type, int k, int l, int m) const {
    const int n = kind_count();
    return term_of_triplet_[static_cast<std::size_t>(((type * n + k) * n + l) * n + m)];
  }

 private:
  struct TripletType;

  [[nodiscard]] int kind_count() const { return static_cast<int>(kinds_.size()); }
  [[nodiscard]] double fraction(int kind) const;
  [[nodiscard]] std::size_t place(int k, int l, int shell) const {
    return static_cast<std::size_t>((k * kind_count() + l) * shells() + shell);
  }
  [[nodiscard]] std::vector<double> pair_counts(const Decoration& decoration) const;
  void set_wanted(const std::vector<WantedOrder>& order);
  void set_pair_terms(const std::vector<double>& weights);
  void add_triplets(const core::Structure& sites, const SqsObjective& objective);
  void add_triplet_terms(const Triangle& type, double images, double weight);
  void bound();

  core::Structure lattice_;
  std::vector<int> sites_;  ///< of the lattice, those of the sublattices one after the other
  std::vector<int> starts_, sublattice_;
  std::vector<Kind> kinds_;
  PairShells pairs_;
  std::vector<double> wanted_alpha_, ideal_;  ///< place(k, l, shell)
  std::vector<Term> pair_terms_;
  std::vector<Triplet> triplets_;
  std::vector<Term> triplet_terms_;
  std::vector<int> term_of_triplet_;
  double lower_bound_ = 0;
};

}  // namespace mlip::generate
