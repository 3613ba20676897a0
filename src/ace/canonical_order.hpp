/// The order of B functions every ML-PACE loader arrives at; it is the order of the columns of
/// `.asi` files.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ace/potential.hpp"

namespace mlip::ace {

/// Groups of equal ls whose LS order differs from the one of exact coupling coefficients.
struct LSOrder {
  std::vector<std::int8_t> ls;
  std::vector<std::vector<std::int8_t>> order;
};
[[nodiscard]] const std::vector<LSOrder>& ls_order_exceptions();

/// Sorts the functions of one species: (rank, mus, ns, ls), then number and list of the m tuples,
/// then the exceptions.
void sort_canonically(std::vector<Function>& functions);

}  // namespace mlip::ace
