#include "surrogate/torch_plugin.hpp"

#include <dlfcn.h>
#include <fmt/format.h>
#include <stdlib.h>

#include <cstdlib>

#include "core/error.hpp"

namespace mlip::surrogate {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const std::string& what) {
  throw core::UserError(
      core::ExitCode::missing_tool,
      fmt::format("the plugin for TorchScript models '{}' {}", torch_plugin_file().string(), what),
      "./dev setup --mace installs libtorch and builds it; MLIP_TORCH names another file");
}

const TorchInterface& load() {
  const fs::path file = torch_plugin_file();
  if (!fs::exists(file)) refuse("is not there");
  // Else it warns on the terminal of what is new in itself
  ::setenv("GLOG_minloglevel", "2", /*replace=*/0);
  void* library = dlopen(fs::absolute(file).c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) refuse(fmt::format("does not load: {}", dlerror()));
  const auto entry = reinterpret_cast<TorchEntry*>(dlsym(library, torch_entry_name));
  if (entry == nullptr) refuse("is none of this program's");
  const TorchInterface* interface = entry();
  if (interface->version != torch_interface_version)
    refuse("is of another version of this program");
  return *interface;
}

}  // namespace

fs::path torch_plugin_file() {
  if (const char* set = std::getenv("MLIP_TORCH")) return set;
  return fs::read_symlink("/proc/self/exe").parent_path() / "mlip-torch.so";
}

const TorchInterface& torch_plugin() {
  static const TorchInterface& interface = load();
  return interface;
}

core::Finding check_torch() {
  core::Finding finding{"TorchScript models", true, "", "", ""};
  if (std::getenv("MLIP_TORCH") == nullptr && !fs::exists(torch_plugin_file())) {
    finding.detail = "MACE files do not run: ./dev setup --mace";
    return finding;
  }
  try {
    finding.version = torch_plugin().libtorch;
    finding.detail = torch_plugin_file().string();
  } catch (const core::UserError& error) {
    finding.works = false;
    finding.detail = error.what();
    finding.remedy = error.remedy();
  }
  return finding;
}

}  // namespace mlip::surrogate
