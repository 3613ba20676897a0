#include "app/input.hpp"

#include <sched.h>

#include <algorithm>

#include "dft/espresso/pseudopotential.hpp"
#include "pipeline/executor.hpp"
#include "surrogate/sevennet_library.hpp"

namespace mlip::app {

namespace {

/// Cores this process may use, which a container or taskset may have cut down.
int usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof set, &set) == 0 ? std::max(1, CPU_COUNT(&set)) : 1;
}

}  // namespace

pipeline::Installation find_installation() {
  pipeline::Installation installation;
  installation.cores = usable_cores();
  installation.pseudopotential_folders = dft::espresso::default_folders();
  installation.measured_settings = pipeline::measured_folder();
  installation.surrogate_folder = surrogate::sevennet_folder();
  return installation;
}

pipeline::Plan read_plan(const std::filesystem::path& input) {
  return pipeline::read_input(input, find_installation());
}

}  // namespace mlip::app
