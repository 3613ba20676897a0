#include "surrogate/sevennet_library.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/data_folder.hpp"
#include "core/error.hpp"
#include "core/file.hpp"
#include "exec/workplace.hpp"
#include "surrogate/scripts.hpp"
#include "surrogate/sevennet_file.hpp"

namespace mlip::surrogate {

namespace {

namespace fs = std::filesystem;

constexpr const char* requirement =
    "sevenn==0.13.0 "
    "--hash=sha256:9378f7df2b75fe83274483a5f804790ae1023dd22ddeb6a48c1a03de97e22620\n";
constexpr const char* wheel = "sevenn-0.13.0-py3-none-any.whl";
constexpr const char* suffix = ".sevennet";

[[noreturn]] void fail(const std::string& what) {
  throw core::UserError(
      core::ExitCode::missing_tool, fmt::format("the SevenNet models cannot be fetched: {}", what),
      fmt::format("install python3-pip and let it reach PyPI, or copy the folder '{}' of a machine "
                  "that has them",
                  sevennet_folder().string()));
}

void run_python(const std::vector<std::string>& words, const exec::Workplace& place) {
  std::vector<std::string> argv = {"python3"};
  argv.insert(argv.end(), words.begin(), words.end());
  if (const auto complaint =
          place.complaint(argv, fmt::format("{}", fmt::join(words, " ")),
                          {{"LC_ALL", "C.UTF-8"}, {"PIP_DISABLE_PIP_VERSION_CHECK", "1"}}))
    fail(*complaint);
}

}  // namespace

const std::vector<std::string>& sevennet_names() {
  static const std::vector<std::string> names = {"sevennet-0", "sevennet-l3i5", "sevennet-mf-0-pbe",
                                                 "sevennet-mf-0-r2scan"};
  return names;
}

fs::path sevennet_folder() {
  return core::data_folder() / "surrogate";
}

std::size_t count_sevennet(const fs::path& folder) {
  return static_cast<std::size_t>(
      std::ranges::count_if(sevennet_names(), [&](const std::string& name) {
        try {
          return !read_sevennet(folder / (name + suffix)).tensors.empty();
        } catch (const core::UserError&) {
          return false;
        }
      }));
}

fs::path find_sevennet(const std::string& model) {
  if (std::ranges::find(sevennet_names(), model) != sevennet_names().end()) {
    fs::path file = sevennet_folder() / (model + suffix);
    if (fs::is_regular_file(file)) return file;
    throw core::UserError(core::ExitCode::missing_tool,
                          fmt::format("the surrogate '{}' is not at '{}'", model, file.string()),
                          "fetch it with: mlip-auto doctor --fix");
  }
  if (fs::is_regular_file(model)) return model;
  throw core::UserError(
      core::ExitCode::bad_input, fmt::format("there is no surrogate '{}'", model),
      fmt::format("name {}, a model file, or ase:module:Class", fmt::join(sevennet_names(), ", ")));
}

std::size_t fetch_sevennet(const fs::path& folder) {
  const exec::Workplace place(folder);
  fs::create_directory(place.path() / "models");
  core::write_atomically(place.path() / "requirements.txt", requirement);
  core::write_atomically(place.path() / "convert.py", sevennet_script());
  run_python({"-m", "pip", "download", "-q", "--no-deps", "--require-hashes", "-r",
              "requirements.txt", "-d", "."},
             place);
  run_python({"convert.py", wheel, "models"}, place);
  const std::size_t count = count_sevennet(place.path() / "models");
  if (count != sevennet_names().size()) fail(fmt::format("{} holds {} models", wheel, count));
  fs::remove_all(folder);
  fs::rename(place.path() / "models", folder);
  return count;
}

}  // namespace mlip::surrogate
