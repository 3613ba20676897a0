/// Compositions as the command line writes them.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace mlip::app {

/// The parts between separators, empty ones too.
[[nodiscard]] std::vector<std::string> split_words(const std::string& text, char separator);

/// Of a word of `text`; throws core::UserError that names both.
[[nodiscard]] double number_of(const std::string& word, const std::string& text);

/// Atomic number of a symbol, 0 of X, a vacancy; throws core::UserError with the nearest symbol.
[[nodiscard]] int element_of(const std::string& symbol, const std::string& text);

/// "Fe:0.5,Ni:0.5": atomic number (0: vacancies) → fraction, as written, then made to sum to 1.
/// Throws core::UserError where `text` is none, or sums to another number.
[[nodiscard]] std::map<int, double> read_shares(const std::string& text);

/// The same of real elements; "Al" is all aluminium.
[[nodiscard]] std::map<int, double> read_composition(const std::string& text);

}  // namespace mlip::app
