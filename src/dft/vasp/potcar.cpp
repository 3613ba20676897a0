#include "dft/vasp/potcar.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>
#include <string_view>
#include <utility>

#include "core/element.hpp"
#include "core/error.hpp"
#include "dft/md5.hpp"

namespace mlip::dft::vasp {

namespace {

namespace fs = std::filesystem;

/// What stands behind `key =` up to `end` or the line's end; empty where there is none.
std::string value_of(std::string_view header, std::string_view key, char end = '\n') {
  auto at = header.find(key);
  if (at == std::string_view::npos) return "";
  at = header.find('=', at);
  if (at == std::string_view::npos) return "";
  auto text = header.substr(at + 1, header.find('\n', at) - at - 1);
  text = text.substr(0, text.find(end));
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(" \t\r") - first + 1));
}

double header_number(std::string_view header, std::string_view key) {
  return std::strtod(value_of(header, key, ';').c_str(), nullptr);
}

std::string functional_of(const std::string& lexch) {
  if (lexch == "PE") return "pbe";
  if (lexch == "CA") return "lda";
  if (lexch == "91") return "pw91";
  std::string name = lexch;
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return name;
}

std::size_t count_of(std::string_view content, std::string_view text) {
  std::size_t count = 0;
  for (auto at = content.find(text); at != std::string_view::npos; at = content.find(text, at + 1))
    ++count;
  return count;
}

std::optional<fs::path> file_of(const fs::path& library, const std::string& name) {
  for (const auto& file : {fs::path(name) / "POTCAR", fs::path(name) / "POTCAR.gz",
                           fs::path("POTCAR." + name), fs::path("POTCAR." + name + ".gz")})
    if (fs::is_regular_file(library / file)) return fs::absolute(library / file);
  return std::nullopt;
}

/// Datasets of an element that are in the library, in alphabetical order.
std::set<std::string> names_of(const fs::path& library, const std::string& element) {
  std::set<std::string> names;
  std::error_code unreadable;
  for (const auto& entry : fs::directory_iterator(library, unreadable)) {
    std::string name = entry.path().filename().string();
    if (name.starts_with("POTCAR.")) name = name.substr(7, name.rfind(".gz") - 7);
    if (name.substr(0, name.find_first_of("_.")) == element && file_of(library, name))
      names.insert(name);
  }
  return names;
}

[[noreturn]] void no_potcar(const std::string& element, const std::string& name,
                            const fs::path& library) {
  const auto present = names_of(library, element);
  throw core::UserError(
      core::ExitCode::missing_tool,
      fmt::format("no POTCAR of '{}' ('{}') in '{}'", element, name, library.string()),
      present.empty()
          ? "unpack the library there (potpaw_PBE of the VASP portal), or name another folder"
          : fmt::format("there are {}: name one in level_of_theory: {{vasp: {{potcars: {{{}: "
                        "...}}}}}}",
                        fmt::join(present, ", "), element));
}

Potcar potcar_for(const std::string& element, const std::string& name, const fs::path& library) {
  const auto file = file_of(library, name);
  if (!file) no_potcar(element, name, library);
  const auto potcar = read_potcar(*file);
  const std::string why = !potcar                      ? "is no whole POTCAR of one dataset"
                          : potcar->element != element ? fmt::format("is for '{}'", potcar->element)
                                                       : "";
  if (!why.empty())
    throw core::UserError(core::ExitCode::bad_input, fmt::format("'{}' {}", file->string(), why),
                          fmt::format("unpack it again, or name another dataset of {}", element));
  return *potcar;
}

}  // namespace

std::optional<Potcar> parse_potcar(const std::string& content) {
  const auto header_end = content.find("END of PSCTR");
  if (header_end == std::string::npos || count_of(content, "End of Dataset") != 1)
    return std::nullopt;
  const std::string_view header = std::string_view(content).substr(0, header_end);
  Potcar potcar;
  potcar.title = value_of(header, "TITEL");
  potcar.functional = functional_of(value_of(header, "LEXCH"));
  potcar.valence = header_number(header, "ZVAL");
  potcar.enmax = header_number(header, "ENMAX");
  potcar.element = value_of(header, "VRHFIN", ':');
  if (!core::atomic_number(potcar.element) || potcar.title.empty() || potcar.functional.empty() ||
      !(potcar.valence > 0) || !(potcar.enmax > 0))
    return std::nullopt;
  potcar.checksum = md5(content);
  return potcar;
}

std::string potcar_text(const fs::path& file) {
  std::string text;
  const gzFile in = gzopen(file.c_str(), "rb");
  if (in == nullptr) return text;
  std::array<char, 65536> part{};
  for (int read = 0; (read = gzread(in, part.data(), part.size())) > 0;)
    text.append(part.data(), static_cast<std::size_t>(read));
  gzclose(in);
  return text;
}

std::optional<Potcar> read_potcar(const fs::path& file) {
  auto potcar = parse_potcar(potcar_text(file));
  if (potcar) potcar->file = fs::absolute(file);
  return potcar;
}

std::string recommended_potcar(const std::string& symbol) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> suffixes = {{
      {"_sv", " Li K Ca Sc Ti V Rb Sr Y Zr Nb Mo Cs Ba W Fr Ra "},
      {"_pv", " Na Cr Mn Tc Ru Rh Hf Ta "},
      {"_d", " Ga Ge In Sn Tl Pb Bi Po "},
      {"_3", " Pr Nd Pm Sm Gd Tb Dy Ho Er Tm Lu "},
      {"_2", " Eu Yb "},
  }};
  for (const auto& [suffix, symbols] : suffixes)
    if (symbols.find(" " + symbol + " ") != std::string_view::npos)
      return symbol + std::string(suffix);
  return symbol;
}

fs::path default_potentials() {
  const char* named = std::getenv("VASP_PP_PATH");
  return named == nullptr || *named == '\0' ? fs::path() : fs::path(named) / "potpaw_PBE";
}

std::map<std::string, Potcar> choose_potcars(const std::vector<std::string>& elements,
                                             const fs::path& library,
                                             const std::map<std::string, std::string>& named) {
  if (!fs::is_directory(library))
    throw core::UserError(
        core::ExitCode::missing_tool,
        library.empty() ? std::string("no folder of POTCAR files is named")
                        : fmt::format("no folder '{}' of POTCAR files", library.string()),
        "name it in level_of_theory: {vasp: {potentials: /path/potpaw_PBE}}, or set VASP_PP_PATH "
        "to the folder that potpaw_PBE lies in");
  std::map<std::string, Potcar> chosen;
  for (const auto& element : elements) {
    const auto name = named.find(element);
    const auto potcar = potcar_for(
        element, name == named.end() ? recommended_potcar(element) : name->second, library);
    if (!chosen.empty() && chosen.begin()->second.functional != potcar.functional)
      throw core::UserError(
          core::ExitCode::bad_input,
          fmt::format("functionals would mix: the POTCAR of '{}' is '{}', that of '{}' is '{}'",
                      chosen.begin()->first, chosen.begin()->second.functional, element,
                      potcar.functional),
          "take all of them from one library");
    chosen.emplace(element, potcar);
  }
  return chosen;
}

std::string gga_tag(const std::string& functional, const std::string& of_files) {
  static constexpr std::array<std::pair<std::string_view, const char*>, 5> tags = {
      {{"pbe", "PE"}, {"pbesol", "PS"}, {"revpbe", "RE"}, {"rpbe", "RP"}, {"am05", "AM"}}};
  if (functional.empty() || functional == of_files) return "";
  if (of_files == "pbe")
    for (const auto& [name, tag] : tags)
      if (functional == name) return tag;
  throw core::UserError(
      core::ExitCode::bad_input,
      fmt::format("the functional '{}' cannot be had with POTCAR files of '{}'", functional,
                  of_files),
      "with those of PBE: pbe, pbesol, revpbe, rpbe or am05; for lda and pw91 name their library");
}

}  // namespace mlip::dft::vasp
