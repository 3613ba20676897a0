// mlipplugin.so: our styles for any LAMMPS with the PLUGIN package; `plugin load mlipplugin.so`.
// Compiled against the headers of that LAMMPS: classes have other layouts in other versions.
#include <lammps.h>
#include <library.h>
#include <mpi.h>

#include <cstdio>

#include "styles.hpp"

namespace {

/// What LAMMPS' own lammpsplugin.h declares, which LAMMPS does not install.
extern "C" {
using MakeFromHost = void*(void*);
using MakeFromWords = void*(void*, int, char**);
struct PluginStyle {
  const char *version, *style, *name, *info, *author;
  union {
    MakeFromHost* from_host;
    MakeFromWords* from_words;
  } creator;
  void* handle;
};
using RegisterStyle = void(PluginStyle*, void*);
}

/// LAMMPS knows plugins by version: the text of the LAMMPS they were compiled for.
class Registration {
 public:
  Registration(void* lammps, void* handle, void* add)
      : lammps_(lammps), add_(reinterpret_cast<RegisterStyle*>(add)) {
    style_.version = static_cast<LAMMPS_NS::LAMMPS*>(lammps)->version;
    style_.info = "atomic cluster expansion with extrapolation grades";
    style_.author = "MLIP-AutoPipe";
    style_.handle = handle;
  }
  void pair(const char* name, mlip::lammps_host::MakePair make) {
    style_.creator.from_host = reinterpret_cast<MakeFromHost*>(make);
    add("pair", name);
  }
  template <class Make>
  void add_from_words(const char* kind, const char* name, Make make) {
    style_.creator.from_words = reinterpret_cast<MakeFromWords*>(make);
    add(kind, name);
  }

 private:
  void add(const char* kind, const char* name) {
    style_.style = kind;
    style_.name = name;
    add_(&style_, lammps_);
  }

  void* lammps_;
  RegisterStyle* add_;
  PluginStyle style_{};
};

/// The host is the LAMMPS whose headers this was compiled with; else says so.  Only functions of
/// LAMMPS' C library are called: they are the same in every version.
bool is_right_host(void* lammps) {
  const int version = lammps_version(lammps);
  const int integer_size = lammps_extract_setting(lammps, "bigint");
  if (version == MLIP_LAMMPS_VERSION && integer_size == int{sizeof(LAMMPS_NS::bigint)} &&
      lammps_extract_setting(lammps, "tagint") == int{sizeof(LAMMPS_NS::tagint)})
    return true;
  std::fprintf(stderr,
               "ERROR: this mlipplugin.so was built for LAMMPS %d, this is LAMMPS %d: none of its "
               "styles is added. Build it with this LAMMPS' headers (docs/lammps.md)\n",
               MLIP_LAMMPS_VERSION, version);
  return false;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) void lammpsplugin_init(void* lammps, void* handle,
                                                                         void* add) {
  using namespace mlip::lammps_host;
  if (!is_right_host(lammps)) return;
  Registration registration(lammps, handle, add);
  for (const auto& [name, make] : pair_styles()) registration.pair(name, make);
  for (const auto& [name, make] : compute_styles())
    registration.add_from_words("compute", name, make);
  for (const auto& [name, make] : fix_styles()) registration.add_from_words("fix", name, make);
}
