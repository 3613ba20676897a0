#include "io/comment_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "io/number.hpp"

namespace mlip::io {

namespace {

constexpr std::string_view json_mark = "_JSON ";
constexpr std::string_view between_words = " \t,";

std::string dump(const nlohmann::json& json) {
  return std::string(json_mark) +
         json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

template <class Item>
using Parse = std::optional<Item> (*)(std::string_view);

/// All words by one parser, or nothing.
template <class Item>
std::optional<std::vector<Item>> parse_all(const std::vector<std::string_view>& words,
                                           Parse<Item> parse) {
  std::vector<Item> items;
  for (const std::string_view word : words) {
    const std::optional<Item> item = parse(word);
    if (!item) return std::nullopt;
    items.push_back(*item);
  }
  return items;
}

std::optional<bool> parse_logical(std::string_view word) {
  if (word == "T") return true;
  if (word == "F") return false;
  return std::nullopt;
}

template <class Item>
Value one_or_many(std::vector<Item> items) {
  if (items.size() == 1) return items.front();
  return items;
}

bool all_of_kind(const nlohmann::json& array, bool (*kind)(const nlohmann::json&)) {
  return std::all_of(array.begin(), array.end(), [kind](const auto& item) { return kind(item); });
}

bool fits_long(const nlohmann::json& item) {
  return item.is_number_integer() &&
         !(item.is_number_unsigned() &&
           item.get<std::uint64_t>() >
               static_cast<std::uint64_t>(std::numeric_limits<long>::max()));
}

/// Flat arrays become vectors; anything deeper stays as its JSON text behind the mark.
Value decode_json(std::string_view text) {
  const std::string kept = std::string(json_mark) + std::string(text);
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded()) return kept;
  if (json.is_string()) {
    auto content = json.get<std::string>();
    // Text that itself begins with the mark has to stay wrapped.
    return content.starts_with(json_mark) ? Value(kept) : Value(std::move(content));
  }
  if (!json.is_array()) return kept;
  if (!json.empty() && all_of_kind(json, fits_long)) return json.get<std::vector<long>>();
  if (all_of_kind(json, [](const nlohmann::json& j) { return j.is_number(); }))
    return json.get<std::vector<double>>();
  if (all_of_kind(json, [](const nlohmann::json& j) { return j.is_string(); }))
    return json.get<std::vector<std::string>>();
  return kept;
}

Value decode(const std::string& text, bool list) {
  if (text.starts_with(json_mark)) return decode_json(std::string_view(text).substr(6));
  const auto words = split(text, between_words);
  if (words.empty()) return text;
  if (auto integers = parse_all<long>(words, parse_integer)) return one_or_many(*integers);
  if (auto reals = parse_all<double>(words, parse_real)) return one_or_many(*reals);
  if (const auto logicals = parse_all<bool>(words, parse_logical))
    return logicals->size() == 1 ? Value(logicals->front()) : Value(dump(*logicals));
  const std::string array = fmt::format("[{}]", text);
  if (list && nlohmann::json::accept(array)) return decode_json(array);
  return text;
}

class LineParser {
 public:
  explicit LineParser(std::string_view line) : rest_(line) {}
  core::Result<std::map<std::string, Value>> parse();

 private:
  void skip_blanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
  }
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  /// A word up to a blank (or `=` in a key), quotes and brackets taken off.
  std::string word(bool key);
  void quoted(char quote, std::string& text);
  void bracketed(char open, std::string& text);

  std::string_view rest_;
  std::string problem_;
  bool list_ = false;  ///< the last word was one pair of brackets
};

void LineParser::quoted(char quote, std::string& text) {
  while (!rest_.empty()) {
    const char c = take();
    if (c == quote) return;
    text += c == '\\' && !rest_.empty() ? take() : c;
  }
  problem_ = fmt::format("quote {} is never closed", quote);
}

void LineParser::bracketed(char open, std::string& text) {
  const char close = open == '[' ? ']' : '}';
  int depth = 1;
  bool in_text = false;
  while (!rest_.empty()) {
    const char c = take();
    if (c == '"') in_text = !in_text;
    if (!in_text && c == open) ++depth;
    if (!in_text && c == close && --depth == 0) return;
    text += c;
    if (c == '\\' && !rest_.empty()) text += take();
  }
  problem_ = fmt::format("bracket '{}' is never closed", open);
}

std::string LineParser::word(bool key) {
  std::string text;
  int brackets = 0;
  bool plain = false;
  while (!rest_.empty() && rest_.front() != ' ' && rest_.front() != '\t' &&
         !(key && rest_.front() == '=')) {
    const char c = take();
    if (c == '"' || c == '\'') {
      plain = true;
      quoted(c, text);
    } else if (c == '[' || c == '{') {
      ++brackets;
      bracketed(c, text);
    } else {
      plain = true;
      text += c == '\\' && !rest_.empty() ? take() : c;
    }
  }
  list_ = brackets == 1 && !plain;
  return text;
}

core::Result<std::map<std::string, Value>> LineParser::parse() {
  std::map<std::string, Value> values;
  for (skip_blanks(); !rest_.empty(); skip_blanks()) {
    const std::string key = word(true);
    skip_blanks();
    const bool has_value = !rest_.empty() && rest_.front() == '=';
    if (key.empty() && has_value) return core::Failure{"'=' without a key before it"};
    Value value = true;
    if (has_value) {
      take();
      skip_blanks();
      const std::string text = word(false);
      value = decode(text, list_);
    }
    if (!problem_.empty()) return core::Failure{problem_};
    values[key] = std::move(value);
  }
  return values;
}

std::string quote_where_needed(const std::string& text) {
  if (!text.empty() && text.find_first_of(" \t\"'{}[]=\\,") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

/// Whether a reader would take the text for something else; ASE's also takes 1_000 for a number.
bool mistakable(const std::string& text) {
  const auto control = [](char c) { return static_cast<unsigned char>(c) < ' ' && c != '\t'; };
  if (std::any_of(text.begin(), text.end(), control)) return true;
  std::string without_underscores = text;
  std::erase(without_underscores, '_');
  const auto words = split(without_underscores, between_words);
  return words.empty() || parse_all<double>(words, parse_real) ||
         parse_all<bool>(words, parse_logical);
}

struct Encoder {
  std::string operator()(bool value) const { return value ? "T" : "F"; }
  std::string operator()(long value) const { return std::to_string(value); }
  std::string operator()(double value) const { return format_real(value); }
  std::string operator()(const std::string& value) const {
    return !value.starts_with(json_mark) && mistakable(value) ? dump(value) : value;
  }
  std::string operator()(const std::vector<std::string>& value) const { return dump(value); }
  template <class Number>
  std::string operator()(const std::vector<Number>& value) const {
    if (value.size() < 2) return dump(value);  // bare, it would read back as a scalar
    std::string text;
    for (const Number number : value) text.append((*this)(number)).append(" ");
    text.pop_back();
    return text;
  }
};

}  // namespace

core::Result<std::map<std::string, Value>> parse_comment_line(std::string_view line) {
  return LineParser(line).parse();
}

std::string format_pair(const std::string& key, const Value& value) {
  return fmt::format("{}={}", quote_where_needed(key),
                     quote_where_needed(std::visit(Encoder{}, value)));
}

}  // namespace mlip::io
