#include "dft/espresso/sssp_library.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <system_error>
#include <vector>

#include "core/data_folder.hpp"
#include "core/error.hpp"
#include "core/file.hpp"
#include "dft/espresso/cutoffs.hpp"
#include "dft/md5.hpp"
#include "exec/workplace.hpp"

namespace mlip::dft::espresso {

namespace {

namespace fs = std::filesystem;

constexpr const char* package = "quantum-espresso-data-sssp";
constexpr const char* suite_with_package = "trixie";
constexpr const char* remedy =
    "put the UPF files of SSSP PBE efficiency 1.3.0 into a folder and name it in ESPRESSO_PSEUDO";

[[noreturn]] void fail(const std::string& what) {
  throw core::UserError(core::ExitCode::missing_tool,
                        fmt::format("the SSSP library cannot be fetched: {}", what), remedy);
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

/// "bookworm", but not "bookworm-updates".
bool is_release(const std::string& suite) {
  return suite.find_first_of("-/") == std::string::npos;
}

std::vector<std::string> stanzas_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> stanzas(1);
  for (std::string line; std::getline(stream, line);) {
    if (words_of(line).empty())
      stanzas.emplace_back();
    else
      stanzas.back() += line + "\n";
  }
  return stanzas;
}

/// The stanza with other suites and components; none where it is no binary archive of a release.
std::optional<std::string> stanza_of_suite(const std::string& stanza, const std::string& suite) {
  std::istringstream stream(stanza);
  std::string result;
  bool binary = false, release = false;
  for (std::string line; std::getline(stream, line);) {
    const auto words = words_of(line);
    const auto has = [&](auto&& test) { return std::any_of(words.begin() + 1, words.end(), test); };
    if (words.front() == "Types:")
      binary = has([](const std::string& word) { return word == "deb"; });
    else if (words.front() == "Suites:")
      release = has(is_release);
    else if (words.front() != "Components:") {
      result += line + "\n";
    }
  }
  if (!binary || !release) return std::nullopt;
  return fmt::format("Types: deb\nSuites: {}\nComponents: main\n{}", suite, result);
}

/// The same of a line "deb [options] URI suite components".
std::optional<std::string> line_of_suite(const std::string& line, const std::string& suite) {
  auto words = words_of(line);
  if (words.empty() || words.front() != "deb") return std::nullopt;
  std::size_t uri = 1;
  if (words.size() > 1 && words[1].starts_with('['))
    while (uri < words.size() && !words[uri++].ends_with(']')) {
    }
  if (uri + 1 >= words.size() || !is_release(words[uri + 1])) return std::nullopt;
  words.resize(uri + 1);
  std::string result;
  for (const std::string& word : words) result += word + " ";
  return result + suite + " main\n";
}

struct Source {
  std::string content;
  bool stanzas = true;
};

/// From the machine's own sources.
Source debian_source() {
  std::vector<fs::path> files = {"/etc/apt/sources.list"};
  std::error_code none;
  for (const auto& entry : fs::directory_iterator("/etc/apt/sources.list.d", none))
    files.push_back(entry.path());
  std::ranges::sort(files);
  for (const fs::path& file : files) {
    const bool stanzas = file.extension() == ".sources";
    if ((!stanzas && file.extension() != ".list") || !fs::exists(file)) continue;
    if (auto source = source_of_suite(core::read_file(file), stanzas, suite_with_package))
      return {std::move(*source), stanzas};
  }
  fail("no Debian archive is named in /etc/apt");
}

void run(const std::vector<std::string>& argv, const exec::Workplace& place) {
  if (const auto complaint = place.complaint(argv, argv.front(), {{"LC_ALL", "C"}}))
    fail(*complaint);
}

std::vector<std::string> apt_get(const std::vector<std::string>& words, const fs::path& folder,
                                 const fs::path& source) {
  std::vector<std::string> argv = {"apt-get", "-q",
                                   "-o",      "Dir::Etc::sourcelist=" + source.string(),
                                   "-o",      "Dir::Etc::sourceparts=/nonexistent",
                                   "-o",      "Dir::State::lists=" + (folder / "lists").string(),
                                   "-o",      "Dir::Cache=" + (folder / "cache").string(),
                                   "-o",      "APT::Sandbox::User=root"};
  argv.insert(argv.end(), words.begin(), words.end());
  return argv;
}

fs::path package_file(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".deb") return entry.path();
  fail(fmt::format("apt-get left no file of {}", package));
}

}  // namespace

fs::path sssp_folder() {
  return core::data_folder() / "sssp";
}

std::optional<std::string> source_of_suite(const std::string& sources, bool stanzas,
                                           const std::string& suite) {
  std::istringstream stream(sources);
  if (stanzas) {
    for (const std::string& stanza : stanzas_of(sources))
      if (auto found = stanza_of_suite(stanza, suite)) return found;
  } else {
    for (std::string line; std::getline(stream, line);)
      if (auto found = line_of_suite(line, suite)) return found;
  }
  return std::nullopt;
}

std::size_t count_sssp(const fs::path& folder) {
  std::size_t count = 0;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder, none)) {
    if (!entry.is_regular_file()) continue;
    const auto cutoffs = known_cutoffs(md5(core::read_file(entry.path())));
    count += cutoffs && cutoffs->source == CutoffSource::sssp ? 1 : 0;
  }
  return count;
}

std::size_t fetch_sssp(const fs::path& folder) {
  const Source source = debian_source();
  const exec::Workplace place(folder);
  for (const char* part : {"lists/partial", "cache/archives/partial", "unpacked"})
    fs::create_directories(place.path() / part);
  const fs::path list = place.path() / (source.stanzas ? "debian.sources" : "debian.list");
  core::write_atomically(list, source.content);
  run(apt_get({"update"}, place.path(), list), place);
  run(apt_get({"download", package}, place.path(), list), place);
  run({"dpkg-deb", "-x", package_file(place.path()).string(), "unpacked"}, place);
  const fs::path unpacked = place.path() / "unpacked/usr/share/espresso/pseudo";
  const std::size_t count = count_sssp(unpacked);
  if (count == 0) fail(fmt::format("{} holds no file of the table", package));
  fs::remove_all(folder);
  fs::rename(unpacked, folder);
  return count;
}

}  // namespace mlip::dft::espresso
