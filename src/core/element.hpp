/// The periodic table as far as structures and inputs need it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mlip::core {

/// Crystal structure of the element's ground state.
enum class Prototype { none, fcc, bcc, hcp, diamond, molecule };

struct Element {
  int number;
  std::string_view symbol;
  double mass;              ///< u (IUPAC standard atomic weight)
  double covalent_radius;   ///< Å (Cordero 2008, doi:10.1039/b801115j)
  Prototype prototype;      ///< ground state; `none` where it is none of the simple ones
  double lattice_constant;  ///< Å, experimental a (bond length for molecules); 0 where unknown
  double c_over_a;          ///< hcp only, else 0
  bool metal;
  double atomic_moment;  ///< μ_B of the free atom's ground state (2S)
  double bulk_moment;    ///< μ_B start moment in solids; 0 for non-magnetic elements
  double melting_point;  ///< K; 0 where there is none
};

inline constexpr int largest_atomic_number = 103;

/// The element of an atomic number, 1 ≤ number ≤ largest_atomic_number (asserted).
[[nodiscard]] const Element& element(int number);

/// The element of a symbol such as "Al"; none where there is no such symbol.
[[nodiscard]] std::optional<int> atomic_number(std::string_view symbol);

/// The symbol most like a misspelt one, for error messages.
[[nodiscard]] std::string nearest_symbol(std::string_view symbol);

}  // namespace mlip::core
