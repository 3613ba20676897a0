#include "core/element.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <utility>
#include <vector>

#include "core/element_table.hpp"
#include "core/error.hpp"

namespace mlip::core {

namespace {

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

/// Levenshtein distance.
std::size_t edits_between(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= from.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

const Element& element(int number) {
  MLIP_ASSERT(number >= 1 && number <= largest_atomic_number);
  return element_table[static_cast<std::size_t>(number - 1)];
}

std::optional<int> atomic_number(std::string_view symbol) {
  const auto found = std::find_if(element_table.begin(), element_table.end(),
                                  [&](const Element& e) { return e.symbol == symbol; });
  if (found == element_table.end()) return std::nullopt;
  return found->number;
}

std::string nearest_symbol(std::string_view symbol) {
  // A very long word is as far from every symbol; its head is enough to tell.
  const std::string wanted = lower_case(symbol.substr(0, 16));
  const auto distance = [&](const Element& e) {
    const std::string have = lower_case(e.symbol);
    // Among equals the one with the same first letter is the likelier slip.
    return 2 * edits_between(wanted, have) + (wanted.substr(0, 1) == have.substr(0, 1) ? 0 : 1);
  };
  return std::string(std::min_element(element_table.begin(), element_table.end(),
                                      [&](const Element& a, const Element& b) {
                                        return distance(a) < distance(b);
                                      })
                         ->symbol);
}

}  // namespace mlip::core
