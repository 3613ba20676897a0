#include "app/composition.hpp"

#include <fmt/format.h>

#include <cmath>

#include "config/quantity.hpp"
#include "core/element.hpp"
#include "core/error.hpp"

namespace mlip::app {

namespace {

[[noreturn]] void no_composition(const std::string& what, const std::string& remedy) {
  throw core::UserError(core::ExitCode::bad_input, what, remedy);
}

}  // namespace

std::vector<std::string> split_words(const std::string& text, char separator) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    if (c == separator)
      words.emplace_back();
    else
      words.back() += c;
  }
  return words;
}

int element_of(const std::string& symbol, const std::string& text) {
  if (symbol == "X") return 0;
  if (const auto number = core::atomic_number(symbol)) return *number;
  no_composition(
      fmt::format("unknown element '{}' in '{}'", symbol, text),
      fmt::format("the nearest symbol is '{}'; X is a vacancy", core::nearest_symbol(symbol)));
}

double number_of(const std::string& word, const std::string& text) {
  const auto number = config::parse_number(word);
  if (!number)
    no_composition(fmt::format("'{}': {}", text, number.reason()), "write numbers as 0.5");
  return number.value();
}

std::map<int, double> read_shares(const std::string& text) {
  std::map<int, double> shares;
  double sum = 0;
  for (const std::string& share : split_words(text, ',')) {
    const auto words = split_words(share, ':');
    if (words.size() != 2)
      no_composition(fmt::format("'{}' is no composition", text),
                     "write elements and fractions: Fe:0.5,Ni:0.5");
    const double fraction = number_of(words[1], text);
    if (!(fraction > 0))
      no_composition(fmt::format("'{}' has a fraction of {}", text, fraction), "");
    if (!shares.emplace(element_of(words[0], text), fraction).second)
      no_composition(fmt::format("'{}' names '{}' twice", text, words[0]),
                     "name each element once");
    sum += fraction;
  }
  if (std::abs(sum - 1) > 0.01)
    no_composition(fmt::format("the fractions of '{}' sum to {:.6g}", text, sum),
                   "make them sum to 1");
  for (auto& entry : shares) entry.second /= sum;
  return shares;
}

std::map<int, double> read_composition(const std::string& text) {
  const bool alone = text.find_first_of(":,") == std::string::npos;
  auto composition = read_shares(alone ? text + ":1" : text);
  if (composition.contains(0))
    no_composition(fmt::format("'{}' has vacancies, which are no element", text),
                   "name elements only");
  return composition;
}

}  // namespace mlip::app
