#include "app/model.hpp"

#include <fmt/format.h>

#include "ace/files.hpp"
#include "core/error.hpp"

namespace mlip::app {

namespace fs = std::filesystem;

namespace {

fs::path potential_in(const fs::path& folder) {
  for (const char* name : {"potential.yaml", "potential.yace"})
    if (fs::exists(folder / name)) return folder / name;
  throw core::UserError(core::ExitCode::bad_input,
                        fmt::format("no potential.yaml or potential.yace in '{}'", folder.string()),
                        "name the file of a potential, or a folder that mlip-auto fit wrote");
}

}  // namespace

PotentialFiles find_potential(const std::string& path, const std::string& asi) {
  PotentialFiles files{fs::is_directory(path) ? potential_in(path) : fs::path(path), {}};
  if (!asi.empty()) {
    files.active_set = asi;
  } else {
    fs::path beside = files.potential;
    beside.replace_extension(".asi");
    if (fs::exists(beside)) files.active_set = beside;
  }
  return files;
}

ace::Evaluator load_model(const PotentialFiles& files) {
  if (files.potential.extension() == ".yace")
    return ace::Evaluator(ace::read_yace(files.potential));
  ace::ActiveSetInverse set;
  if (files.active_set) set = ace::read_asi(*files.active_set);
  return ace::Evaluator(ace::read_yaml(files.potential), set);
}

}  // namespace mlip::app
