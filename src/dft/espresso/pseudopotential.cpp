#include "dft/espresso/pseudopotential.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string_view>
#include <utility>

#include "core/element.hpp"
#include "dft/espresso/cutoffs.hpp"
#include "dft/md5.hpp"

namespace mlip::dft::espresso {

namespace {

std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// Fortran and C spellings; 0 where it is no number.
double number(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == 'D' || c == 'd'; }, 'e');
  std::istringstream in(text);
  double value = 0;
  return in >> value ? value : 0;
}

bool truth(const std::string& text) {
  const std::string value = lower(text);
  return value.find('t') != std::string::npos && value.find("false") == std::string::npos;
}

std::string kind_of(const std::string& type) {
  const std::string value = lower(type);
  if (value.find("paw") != std::string::npos) return "PAW";
  return value.find("us") != std::string::npos ? "US" : "NC";
}

/// Value of `name="..."` (or '...') in the header element; empty where there is none.
std::string attribute(const std::string& header, const std::string& name) {
  for (std::size_t at = header.find(name); at != std::string::npos;
       at = header.find(name, at + 1)) {
    if (at == 0 || std::isspace(static_cast<unsigned char>(header[at - 1])) == 0) continue;
    const std::size_t equals = header.find_first_not_of(" \t\n\r", at + name.size());
    if (equals == std::string::npos || header[equals] != '=') continue;
    const std::size_t open = header.find_first_of("\"'", equals);
    if (open == std::string::npos) return "";
    const std::size_t close = header.find(header[open], open + 1);
    if (close == std::string::npos) return "";
    return header.substr(open + 1, close - open - 1);
  }
  return "";
}

Pseudopotential read_version_2(const std::string& header) {
  Pseudopotential result;
  const auto element = words(attribute(header, "element"));
  if (!element.empty()) result.element = element.front();
  result.functional = normalised_functional(attribute(header, "functional"));
  result.kind =
      truth(attribute(header, "is_paw")) ? "PAW" : kind_of(attribute(header, "pseudo_type"));
  result.valence = number(attribute(header, "z_valence"));
  result.suggested_ecutwfc_ry = number(attribute(header, "wfc_cutoff"));
  result.suggested_ecutrho_ry = number(attribute(header, "rho_cutoff"));
  result.spin_orbit = truth(attribute(header, "has_so"));
  return result;
}

Pseudopotential read_version_1(const std::string& header) {
  Pseudopotential result;
  std::istringstream lines(header);
  for (std::string line; std::getline(lines, line);) {
    const auto parts = words(line);
    const auto says = [&line](const char* text) { return line.find(text) != std::string::npos; };
    if (parts.size() < 2) continue;
    if (says("Element")) result.element = parts[0];
    if (says("Norm - Conserving") || says("Ultrasoft") || says("Projector Augmented"))
      result.kind = kind_of(parts[0]);
    if (says("Exchange-Correlation"))
      result.functional = normalised_functional(line.substr(0, line.find("Exchange-Corr")));
    if (says("Z valence")) result.valence = number(parts[0]);
    if (says("Suggested cutoff")) {
      result.suggested_ecutwfc_ry = number(parts[0]);
      result.suggested_ecutrho_ry = number(parts[1]);
    }
  }
  return result;
}

}  // namespace

std::string normalised_functional(const std::string& text) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 20> names = {{
      {"sla pz nogx nogc", "pz"},
      {"pz", "pz"},
      {"lda", "pz"},
      {"sla pw nogx nogc", "pw"},
      {"pw", "pw"},
      {"sla pw pbe pbe", "pbe"},
      {"sla pw pbx pbc", "pbe"},
      {"pbe", "pbe"},
      {"sla pw psx psc", "pbesol"},
      {"pbesol", "pbesol"},
      {"sla lyp b88 blyp", "blyp"},
      {"blyp", "blyp"},
      {"sla pw rpb pbc", "revpbe"},
      {"revpbe", "revpbe"},
      {"sla pw ggx ggc", "pw91"},
      {"pw91", "pw91"},
      {"sla pw tpss tpss", "tpss"},
      {"tpss", "tpss"},
      {"sla pz b88 p86", "bp"},
      {"bp", "bp"},
  }};
  std::string plain;
  auto parts = words(lower(text));
  if (parts.size() > 4) parts.resize(4);  // version 1 repeats the short name after the four parts
  for (const auto& part : parts) plain += (plain.empty() ? "" : " ") + part;
  for (const auto& [spelling, name] : names)
    if (plain == spelling) return std::string(name);
  std::replace(plain.begin(), plain.end(), ' ', '+');
  return plain;
}

std::optional<Pseudopotential> parse_upf(const std::string& content) {
  const std::size_t open = content.find("<PP_HEADER");
  if (open == std::string::npos) return std::nullopt;
  const std::size_t close = content.find('>', open);
  if (close == std::string::npos) return std::nullopt;
  const bool version_1 = content.find_first_not_of(" \t\r\n", open + 10) == close;
  const std::size_t end = version_1 ? content.find("</PP_HEADER>", close) : close;
  if (end == std::string::npos) return std::nullopt;
  const std::string header = content.substr(open, end - open);
  Pseudopotential result = version_1 ? read_version_1(header) : read_version_2(header);
  result.spin_orbit = result.spin_orbit || content.find("<PP_ADDINFO>") != std::string::npos ||
                      content.substr(0, open).find("Fully-Relativistic") != std::string::npos;
  if (!core::atomic_number(result.element) || result.functional.empty() || result.kind.empty() ||
      result.valence <= 0)
    return std::nullopt;
  result.checksum = md5(content);
  return result;
}

std::optional<Pseudopotential> read_upf(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(in), {}};
  auto result = parse_upf(content);
  if (result) result->file = std::filesystem::absolute(file);
  return result;
}

}  // namespace mlip::dft::espresso
