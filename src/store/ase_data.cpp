#include "store/ase_data.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace mlip::store {

namespace {

using Json = nlohmann::ordered_json;

// What Python writes for a number JSON has no word for, and the text that stands for it inside.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> special_numbers = {
    {{"-Infinity", "\"\\u0001-Infinity\""},
     {"Infinity", "\"\\u0001Infinity\""},
     {"NaN", "\"\\u0001NaN\""}}};

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

std::size_t skip_digits(std::string_view text, std::size_t at) {
  const auto digit = [&](std::size_t i) {
    return i < text.size() && std::isdigit(static_cast<unsigned char>(text[i]));
  };
  while (digit(at) ||
         (at < text.size() && at > 0 && text[at] == '_' && digit(at - 1) && digit(at + 1)))
    ++at;
  return at;
}

bool is_python_float(std::string_view text) {
  std::size_t at = !text.empty() && (text[0] == '+' || text[0] == '-') ? 1 : 0;
  const std::string_view word = text.substr(at);
  if (word == "inf" || word == "infinity" || word == "nan") return true;
  const std::size_t whole = skip_digits(text, at);
  bool digits = whole > at;
  at = whole;
  if (at < text.size() && text[at] == '.') {
    const std::size_t end = skip_digits(text, at + 1);
    digits = digits || end > at + 1;
    at = end;
  }
  if (!digits) return false;
  if (at < text.size() && text[at] == 'e') {
    if (++at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t end = skip_digits(text, at);
    if (end == at) return false;
    at = end;
  }
  return at == text.size();
}

}  // namespace

Json from_python(std::string_view text) {
  std::string json;
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto special =
        std::find_if(special_numbers.begin(), special_numbers.end(), [&](const auto& pair) {
          return !quoted && text.substr(at, pair.first.size()) == pair.first;
        });
    if (special != special_numbers.end()) {
      json += special->second;
      at += special->first.size() - 1;
      continue;
    }
    if (quoted && text[at] == '\\')
      json += text[at++];
    else if (text[at] == '"')
      quoted = !quoted;
    if (at < text.size()) json += text[at];
  }
  return Json::parse(json);
}

std::string to_python(const Json& json) {
  std::string text = json.dump(-1, ' ', true, Json::error_handler_t::replace);
  for (const auto& [number, word] : special_numbers) replace_all(text, word, number);
  return text;
}

RowData RowData::decode(std::string_view bytes, bool is_text) {
  RowData data;
  data.is_text = is_text;
  std::string_view json = bytes;
  if (!is_text && !bytes.empty()) {
    std::uint64_t offset = 0;
    if (bytes.size() < sizeof offset) throw std::out_of_range("data is too short");
    std::memcpy(&offset, bytes.data(), sizeof offset);
    if (offset < sizeof offset || offset > bytes.size())
      throw std::out_of_range("data has a wrong offset");
    data.arrays = bytes.substr(sizeof offset, offset - sizeof offset);
    json = bytes.substr(offset);
  }
  if (!json.empty()) data.object = from_python(json);
  if (!data.object.is_object()) data.object = Json::object();
  return data;
}

std::string RowData::encode() const {
  if (is_text) return to_python(object);
  const std::uint64_t offset = sizeof offset + arrays.size();
  std::string bytes(sizeof offset, '\0');
  std::memcpy(bytes.data(), &offset, sizeof offset);
  return bytes + arrays + to_python(object);
}

bool is_plain_text(std::string_view value) {
  std::string text(value);
  const auto space = [](unsigned char c) { return std::isspace(c) != 0; };
  text.erase(std::find_if_not(text.rbegin(), text.rend(), space).base(), text.end());
  text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), space));
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return !is_python_float(text) && text != "true" && text != "false";
}

}  // namespace mlip::store
