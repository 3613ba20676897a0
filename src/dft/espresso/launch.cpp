#include "dft/espresso/launch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "core/error.hpp"
#include "core/file.hpp"
#include "dft/espresso/cost.hpp"

namespace mlip::dft::espresso {

namespace {

namespace fs = std::filesystem;

constexpr const char* fast_blas = "/usr/lib/x86_64-linux-gnu/openblas-pthread";
constexpr double least_free_bytes = 64.0 * (1 << 20);

void link_pseudopotentials(const core::Structure& structure, const Parameters& parameters,
                           const fs::path& folder) {
  for (const auto& name : species_of(structure)) {
    const Species& species = parameters.species.at(name);
    if (!fs::exists(species.pseudopotential))
      throw core::UserError(core::ExitCode::missing_tool,
                            fmt::format("pseudopotential file '{}' of '{}' does not exist",
                                        species.pseudopotential, name),
                            "install it again");
    const fs::path link = folder / pseudopotential_name(species);
    if (!fs::exists(link)) fs::create_symlink(fs::absolute(species.pseudopotential), link);
  }
}

int pools_of(int ranks, int shared_points) {
  int pools = std::min(ranks, shared_points);
  while (ranks % pools != 0) --pools;
  return pools;
}

}  // namespace

std::map<std::string, std::string> launch_environment(int mpi_ranks) {
  std::map<std::string, std::string> environment = {{"OMP_NUM_THREADS", "1"},
                                                    {"OPENBLAS_NUM_THREADS", "1"},
                                                    {"GFORTRAN_UNBUFFERED_PRECONNECTED", "y"}};
  if (mpi_ranks == 1)
    environment.emplace("OMPI_MCA_ess_singleton_isolated", "1");
  else
    for (const char* key : {"OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"})
      environment.emplace(key, "1");
  if (fs::exists(fast_blas)) {
    const char* present = std::getenv("LD_LIBRARY_PATH");
    const bool empty = present == nullptr || present[0] == '\0';
    environment["LD_LIBRARY_PATH"] = empty ? fast_blas : fmt::format("{}:{}", fast_blas, present);
  }
  return environment;
}

std::vector<std::string> launch_arguments(const std::string& pw_command, int mpi_ranks,
                                          int shared_points) {
  if (mpi_ranks == 1) return {pw_command, "-in", "pw.in"};
  const auto mpirun = exec::find_program("mpirun");
  if (!mpirun)
    throw core::UserError(core::ExitCode::missing_tool, "'mpirun' is not found",
                          "install openmpi-bin, or set dft.mpi_ranks to 1");
  const std::string ranks = std::to_string(mpi_ranks);
  return {mpirun->string(),
          "--bind-to",
          "none",
          "--mca",
          "mpi_yield_when_idle",
          "1",
          "-np",
          ranks,
          pw_command,
          "-nk",
          std::to_string(pools_of(mpi_ranks, shared_points)),
          "-in",
          "pw.in"};
}

RunFiles Scratch::run(const core::Structure& structure, const Parameters& parameters,
                      const Numerics& numerics, int attempt, std::stop_token stop) {
  const fs::path here = attempts_.folder(attempt), before = attempts_.folder(attempt - 1);
  RunFiles files;
  std::error_code failed;
  fs::create_directories(here / "pseudo", failed);
  fs::create_directories(here / "out", failed);
  if (failed)
    throw core::UserError(
        core::ExitCode::failed,
        fmt::format("cannot make folder '{}': {}", here.string(), failed.message()),
        "free the disk, or name another run folder");
  files.free_bytes = free_bytes(here);
  if (files.free_bytes < least_free_bytes) {
    files.completion = {exec::Completion::End::exited, 1, 0, 0};
    files.free_bytes = 0;
    return files;
  }
  link_pseudopotentials(structure, parameters, here / "pseudo");
  if (numerics.start_from_density) fs::rename(before / "out/x.save", here / "out/x.save", failed);
  fs::remove_all(before);
  files.run_id = attempts_.new_run_id(attempt);
  core::write_atomically(here / "pw.in",
                         write_input(structure, parameters, numerics, files.run_id));

  exec::Command command;
  command.argv = launch_arguments(parameters.pw_command, numerics.mpi_ranks,
                                  shared_points(structure, parameters));
  command.folder = here;
  command.environment = launch_environment(numerics.mpi_ranks);
  command.standard_output = "pw.out";
  command.standard_error = "pw.err";
  command.time_limit_seconds = numerics.time_limit_seconds;
  files.completion = exec::run(command, std::move(stop));

  files.standard_output = content_of(here / "pw.out");
  files.standard_error = content_of(here / "pw.err");
  files.crash = content_of(here / "CRASH");
  files.xml = content_of(here / "out/x.xml");
  files.free_bytes = free_bytes(here);
  const auto size = fs::file_size(here / "out/x.save/charge-density.dat", failed);
  files.density_saved = !failed && size > 0;
  return files;
}

void Scratch::keep_failed(int attempt) const {
  attempts_.keep("failed", attempt, {"pw.in", "pw.out", "pw.err", "CRASH", "out/x.xml"});
}

void Scratch::keep_accepted(int attempt) const {
  attempts_.keep("accepted", attempt, {"pw.in"});
  attempts_.keep_packed("accepted", attempt, "pw.out");
}

}  // namespace mlip::dft::espresso
