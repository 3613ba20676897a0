#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <set>
#include <sstream>
#include <tuple>
#include <utility>

#include "core/element.hpp"
#include "core/error.hpp"
#include "dft/espresso/cutoffs.hpp"
#include "dft/espresso/pseudopotential.hpp"
#include "dft/espresso/sssp_library.hpp"

namespace mlip::dft::espresso {

namespace {

namespace fs = std::filesystem;

struct Option {
  Pseudopotential file;
  Cutoffs cutoffs;

  [[nodiscard]] auto rank() const {
    return std::tuple(cutoffs.source, cutoffs.ecutwfc_ry, cutoffs.ecutrho_ry, file.file.string());
  }
};

using Options = std::map<std::string, std::vector<Option>>;  // by element

Cutoffs cutoffs_of(const Pseudopotential& file) {
  if (const auto known = known_cutoffs(file.checksum)) return *known;
  if (file.suggested_ecutwfc_ry <= 0) return {};
  const double wave = file.suggested_ecutwfc_ry;
  return {wave, std::max(file.suggested_ecutrho_ry, 4 * wave), CutoffSource::header,
          "suggested by its header"};
}

bool named_upf(const fs::path& file) {
  std::string extension = file.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension == ".upf";
}

Options look_through(const std::vector<fs::path>& folders) {
  Options found;
  for (const auto& folder : folders) {
    std::error_code unreadable;
    std::set<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder, unreadable))
      if (named_upf(entry.path())) files.insert(entry.path());
    for (const auto& path : files)
      if (const auto file = read_upf(path); file && !file->spin_orbit)
        found[file->element].push_back({*file, cutoffs_of(*file)});
  }
  return found;
}

std::string quoted(const std::vector<fs::path>& folders) {
  std::string text;
  for (const auto& folder : folders) text += (text.empty() ? "'" : ", '") + folder.string() + "'";
  return text.empty() ? "no folder" : text;
}

[[noreturn]] void missing(const std::string& element, const std::vector<fs::path>& folders) {
  throw core::UserError(
      core::ExitCode::missing_tool,
      fmt::format("no usable pseudopotential file for '{}' in {}", element, quoted(folders)),
      "'mlip-auto doctor --fix' fetches the SSSP library; or put a scalar-relativistic UPF file "
      "there, name another folder in ESPRESSO_PSEUDO, or name the file itself");
}

Option explicit_option(const std::string& element, const std::string& name,
                       const std::vector<fs::path>& folders) {
  fs::path path = name;
  for (const auto& folder : folders)
    if (!fs::exists(path) && fs::exists(folder / name)) path = folder / name;
  if (!fs::exists(path))
    throw core::UserError(
        core::ExitCode::missing_tool,
        fmt::format("pseudopotential file '{}' of '{}' does not exist", name, element),
        fmt::format("looked in {}", quoted(folders)));
  const auto fail = [&](const std::string& why) {
    return core::UserError(core::ExitCode::bad_input,
                           fmt::format("pseudopotential file '{}' of '{}' {}", name, element, why),
                           "name another file, or none to have one chosen");
  };
  const auto file = read_upf(path);
  if (!file) throw fail("is not a UPF file");
  if (file->element != element) throw fail(fmt::format("is for '{}'", file->element));
  if (file->spin_orbit) throw fail("has spin-orbit coupling, which is not supported");
  return {*file, cutoffs_of(*file)};
}

void check_explicit(const std::map<std::string, Option>& chosen, const std::string& functional) {
  std::string said = functional, by = functional.empty() ? "" : "the functional asked for";
  for (const auto& [element, option] : chosen) {
    if (said.empty()) {
      said = option.file.functional;
      by = fmt::format("the file of '{}'", element);
    }
    if (option.file.functional != said)
      throw core::UserError(
          core::ExitCode::bad_input,
          fmt::format("functionals would mix: the file of '{}' is '{}', {} is '{}'", element,
                      option.file.functional, by, said),
          "name files of one functional for all elements");
  }
}

/// Best of each element for one functional; none where an element has no file.
std::optional<std::map<std::string, Option>> set_of(const std::string& functional,
                                                    const std::vector<std::string>& elements,
                                                    const Options& options) {
  std::map<std::string, Option> set;
  for (const auto& element : elements)
    for (const Option& option : options.at(element)) {
      if (option.file.functional != functional) continue;
      const auto present = set.find(element);
      if (present == set.end() || option.rank() < present->second.rank())
        set.insert_or_assign(element, option);
    }
  if (set.size() != std::set(elements.begin(), elements.end()).size()) return std::nullopt;
  return set;
}

auto set_rank(const std::map<std::string, Option>& set) {
  auto worst = CutoffSource::sssp;
  double wave = 0, density = 0;
  for (const auto& [element, option] : set) {
    worst = std::max(worst, option.cutoffs.source);
    wave = std::max(wave, option.cutoffs.ecutwfc_ry);
    density = std::max(density, option.cutoffs.ecutrho_ry);
  }
  return std::tuple(worst, wave, density);
}

[[noreturn]] void no_common(const std::vector<std::string>& elements, const Options& options) {
  std::vector<std::string> lines;
  for (const auto& element : elements) {
    std::set<std::string> functionals;
    for (const Option& option : options.at(element)) functionals.insert(option.file.functional);
    lines.push_back(fmt::format("'{}' has {}", element, fmt::join(functionals, " and ")));
  }
  throw core::UserError(
      core::ExitCode::missing_tool,
      fmt::format("functionals would mix: {}", fmt::join(lines, ", ")),
      "one functional needs a pseudopotential file (with known cutoffs) for every element: "
      "'mlip-auto doctor --fix' fetches the SSSP library; or add files in a folder named by "
      "ESPRESSO_PSEUDO");
}

PseudopotentialSet assemble(const std::map<std::string, Option>& set) {
  PseudopotentialSet result;
  std::vector<std::string> reasons;
  bool unknown = false;
  for (const auto& [element, option] : set) {
    result.by_element[element] = option.file;
    result.functional = option.file.functional;
    result.ecutwfc_ry = std::max(result.ecutwfc_ry, option.cutoffs.ecutwfc_ry);
    result.ecutrho_ry = std::max(result.ecutrho_ry, option.cutoffs.ecutrho_ry);
    reasons.push_back(option.cutoffs.source == CutoffSource::none
                          ? fmt::format("{}: {} (cutoffs unknown: set them)", element,
                                        option.file.file.filename().string())
                          : fmt::format("{}: {}, {:g}/{:g} Ry ({})", element,
                                        option.file.file.filename().string(),
                                        option.cutoffs.ecutwfc_ry, option.cutoffs.ecutrho_ry,
                                        option.cutoffs.reason));
    unknown = unknown || option.cutoffs.source == CutoffSource::none;
  }
  result.ecutrho_ry = std::max(result.ecutrho_ry, 4 * result.ecutwfc_ry);
  if (unknown) result.ecutwfc_ry = result.ecutrho_ry = 0;
  result.reason = fmt::format("{}; {}", result.functional, fmt::join(reasons, "; "));
  return result;
}

}  // namespace

std::vector<fs::path> default_folders() {
  const char* named = std::getenv("ESPRESSO_PSEUDO");
  if (named == nullptr) return {sssp_folder(), stock_folder};
  std::vector<fs::path> folders;
  std::istringstream list(named);
  for (std::string folder; std::getline(list, folder, ':');)
    if (!folder.empty()) folders.emplace_back(folder);
  return folders;
}

PseudopotentialSet choose_pseudopotentials(
    const std::vector<std::string>& elements, const std::vector<fs::path>& folders,
    const std::string& functional, const std::map<std::string, std::string>& explicit_files) {
  Options options = look_through(folders);
  std::map<std::string, Option> named;
  for (const auto& [element, name] : explicit_files)
    if (std::find(elements.begin(), elements.end(), element) != elements.end())
      named.emplace(element, explicit_option(element, name, folders));
  const std::string wanted = functional.empty() ? "" : normalised_functional(functional);
  check_explicit(named, wanted);
  std::set<std::string> functionals;
  for (const auto& element : elements) {
    auto& files = options[element];
    std::erase_if(files, [](const Option& o) { return o.cutoffs.source == CutoffSource::none; });
    if (const auto option = named.find(element); option != named.end()) files = {option->second};
    if (files.empty()) missing(element, folders);
    for (const Option& option : files)
      if (wanted.empty() || option.file.functional == wanted)
        functionals.insert(option.file.functional);
  }
  std::optional<std::map<std::string, Option>> best;
  for (const auto& name : functionals)
    if (auto set = set_of(name, elements, options);
        set && (!best || set_rank(*set) < set_rank(*best)))
      best = std::move(set);
  if (!best) no_common(elements, options);
  return assemble(*best);
}

}  // namespace mlip::dft::espresso
