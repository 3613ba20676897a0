#include "explore/molecular_dynamics.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <system_error>

#include "core/error.hpp"
#include "core/file.hpp"
#include "exec/process.hpp"
#include "explore/lammps_input.hpp"
#include "explore/walk_output.hpp"

namespace mlip::explore {
namespace {

namespace fs = std::filesystem;
constexpr const char* host_name = "mlip-lammps";
constexpr const char* output_name = "output.txt";
constexpr const char* errors_name = "errors.txt";

void link_file(const fs::path& target, const fs::path& link) {
  const fs::path absolute = fs::absolute(target);
  if (!fs::exists(absolute))
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("there is no potential file '{}'", absolute.string()));
  if (fs::exists(link) && fs::equivalent(absolute, link)) return;
  fs::remove(link);
  std::error_code failed;
  fs::create_symlink(absolute, link, failed);
  if (failed) fs::copy_file(absolute, link);
}

void clear_old_output(const fs::path& folder) {
  std::vector<fs::path> old;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name == samples_name || name == log_name || name == output_name ||
        name.starts_with(std::string(excursion_prefix) + "."))
      old.push_back(entry.path());
  }
  for (const fs::path& file : old) fs::remove(file);
}

exec::Command command(const Options& options, const fs::path& folder) {
  exec::Command result;
  if (options.mpi_ranks > 1)
    result.argv = {"mpirun",
                   "-np",
                   std::to_string(options.mpi_ranks),
                   "--oversubscribe",
                   "--bind-to",
                   "none",
                   "--mca",
                   "mpi_yield_when_idle",
                   "1"};
  for (const std::string& word :
       {lammps_host().string(), std::string("-in"), std::string(script_name), std::string("-log"),
        std::string(log_name)})
    result.argv.push_back(word);
  result.folder = folder;
  result.environment = {{"OMP_NUM_THREADS", "1"},
                        {"OPENBLAS_NUM_THREADS", "1"},
                        {"OMPI_ALLOW_RUN_AS_ROOT", "1"},
                        {"OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"}};
  result.standard_output = output_name;
  result.standard_error = errors_name;
  result.time_limit_seconds = options.time_limit_seconds;
  return result;
}

std::string content(const fs::path& file) {
  return fs::exists(file) ? core::read_file(file) : std::string();
}

std::string crash(const exec::Completion& done, const fs::path& folder) {
  const std::string error =
      last_error(content(folder / output_name) + "\n" + content(folder / errors_name) + "\n");
  if (!error.empty()) return "crashed: " + error;
  if (done.end == exec::Completion::End::signaled)
    return fmt::format("crashed: killed by signal {}", done.code);
  return fmt::format("crashed: exit status {}", done.code);
}

std::string end_of(const exec::Completion& done, bool halted, const fs::path& folder) {
  using End = exec::Completion::End;
  if (done.end == End::stopped) return "interrupted";
  if (done.end == End::timed_out) return "time limit";
  if (done.end != End::exited || done.code != 0) return crash(done, folder);
  return halted ? "gamma limit" : "finished";
}

}  // namespace

fs::path lammps_host() {
  if (const char* set = std::getenv("MLIP_LAMMPS")) {
    if (const auto found = exec::find_program(set)) return *found;
    throw core::UserError(core::ExitCode::missing_tool,
                          fmt::format("MLIP_LAMMPS names '{}', which cannot be run", set),
                          "unset MLIP_LAMMPS, or set it to the path of mlip-lammps");
  }
  const fs::path beside = fs::read_symlink("/proc/self/exe").parent_path() / host_name;
  if (const auto found = exec::find_program(beside.string())) return *found;
  throw core::UserError(core::ExitCode::missing_tool,
                        fmt::format("the LAMMPS host program '{}' is missing", beside.string()),
                        "build the target mlip-lammps, or set MLIP_LAMMPS to its path");
}

Trajectory run_walk(const core::Structure& start, const fs::path& potential_yaml,
                    const fs::path& potential_asi, const Options& options, std::uint64_t seed,
                    const fs::path& folder, std::stop_token stop) {
  fs::create_directories(folder);
  clear_old_output(folder);
  link_file(potential_yaml, folder / potential_name);
  link_file(potential_asi, folder / active_set_name);
  const LammpsFrame frame = make_frame(start, walk_vacuum);
  core::write_atomically(folder / data_file_name, data_file(start, frame));
  core::write_atomically(folder / script_name, script(start, frame, options, seed));

  const exec::Completion done = exec::run(command(options, folder), stop);
  if (done.end == exec::Completion::End::not_started)
    throw core::UserError(
        core::ExitCode::missing_tool,
        fmt::format("LAMMPS does not start: {}", std::system_category().message(done.code)),
        "'mlip-auto doctor' tells what is missing");

  const Samples samples = read_samples(content(folder / samples_name));
  Trajectory trajectory;
  trajectory.samples = samples.samples;
  trajectory.excursions = read_excursions(folder, frame);
  trajectory.end = end_of(done, samples.halted, folder);
  trajectory.seconds = done.seconds;
  if (!samples.samples.empty()) trajectory.steps_done = samples.samples.back().step;
  if (trajectory.end == "finished") trajectory.steps_done = options.steps;
  return trajectory;
}

}  // namespace mlip::explore
