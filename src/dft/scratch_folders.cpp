#include "dft/scratch_folders.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "core/error.hpp"

namespace mlip::dft {

namespace {

namespace fs = std::filesystem;

core::UserError refused(const std::string& wish, const std::string& why) {
  return {core::ExitCode::bad_input, fmt::format("node_scratch '{}': {}", wish, why),
          "name a folder that every node has, or 'shared' to work in the run's own"};
}

/// $NAME and ${NAME} replaced.
std::string expanded(const std::string& wish, const Environment& environment) {
  const auto in_name = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  std::string text;
  for (auto at = wish.begin(); at != wish.end();) {
    if (*at != '$') {
      text += *at++;
      continue;
    }
    const bool braced = ++at != wish.end() && *at == '{';
    const auto begin = at + (braced ? 1 : 0);
    const auto end = std::find_if_not(begin, wish.end(), in_name);
    if (begin == end || (braced && (end == wish.end() || *end != '}')))
      throw refused(wish, "no name of a variable follows '$'");
    const std::string name(begin, end);
    const char* const value = environment(name);
    if (value == nullptr) throw refused(wish, fmt::format("${} is not set here", name));
    text += value;
    at = end + (braced ? 1 : 0);
  }
  return text;
}

bool writable(const fs::path& folder) {
  std::error_code unknown;
  return folder.is_absolute() && fs::is_directory(folder, unknown) &&
         access(folder.c_str(), W_OK | X_OK) == 0;
}

}  // namespace

std::optional<fs::path> node_folder(const std::string& wish, const Environment& environment) {
  if (wish == "shared") return std::nullopt;
  if (wish.empty()) {
    for (const char* name : {"SLURM_TMPDIR", "TMPDIR"})
      if (const char* const value = environment(name); value != nullptr && writable(value))
        return value;
    return std::nullopt;
  }
  fs::path folder = expanded(wish, environment);
  if (!writable(folder))
    throw refused(wish, fmt::format("'{}' is no folder that can be written to", folder.string()));
  return folder;
}

NodeScratch::NodeScratch(const std::string& wish, const std::string& name) {
  const auto folder =
      node_folder(wish, [](const std::string& key) { return std::getenv(key.c_str()); });
  if (folder) place_ = std::make_unique<exec::Workplace>(*folder / name);
}

ScratchFolders NodeScratch::beside(const fs::path& shared) const {
  return place_ ? ScratchFolders(place_->path(), shared) : ScratchFolders(shared);
}

}  // namespace mlip::dft
