#include "fit/pacemaker/trainer.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "ace/evaluator.hpp"
#include "core/error.hpp"
#include "core/file.hpp"
#include "core/parallel.hpp"
#include "exec/process.hpp"
#include "fit/core_repulsion.hpp"
#include "fit/pacemaker/active_set.hpp"
#include "fit/pacemaker/data_set.hpp"
#include "fit/pacemaker/installation.hpp"
#include "fit/pacemaker/python.hpp"
#include "fit/pacemaker/task.hpp"

namespace mlip::fit::pacemaker {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t told_lines = 12;

/// Reads metrics.txt while the fit goes on.
class Watcher {
 public:
  explicit Watcher(const Job& job) {
    if (!job.progress) return;
    thread_ = std::jthread([&job](const std::stop_token& stop) {
      std::mutex mutex;
      std::condition_variable_any changed;
      int told = -1;
      while (!stop.stop_requested()) {
        const auto last = read_last_metrics(job.folder / "metrics.txt");
        if (last && last->iteration != told) job.progress(*last);
        if (last) told = last->iteration;
        std::unique_lock lock(mutex);
        changed.wait_for(lock, stop, std::chrono::milliseconds(500), [] { return false; });
      }
    });
  }

 private:
  std::jthread thread_;
};

exec::Command command_of(const fs::path& program, std::vector<std::string> arguments,
                         const Job& job, double time_limit_seconds) {
  exec::Command command;
  command.argv = {program.string()};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  command.folder = job.folder;
  command.standard_output = job.folder / (program.filename().string() + ".out");
  command.standard_error = job.folder / (program.filename().string() + ".err");
  const std::string threads = std::to_string(core::thread_count(job.threads));
  command.environment = {{"OMP_NUM_THREADS", threads},
                         {"TF_NUM_INTRAOP_THREADS", threads},
                         {"TF_NUM_INTEROP_THREADS", "1"},
                         {"TF_CPP_MIN_LOG_LEVEL", "2"},
                         {"MPLBACKEND", "Agg"}};
  command.time_limit_seconds = time_limit_seconds;
  return command;
}

std::string how_it_ended(const exec::Completion& done) {
  using End = exec::Completion::End;
  if (done.end == End::timed_out)
    return fmt::format("ran out of its time after {:.0f} s", done.seconds);
  if (done.end == End::signaled) return fmt::format("was killed by signal {}", done.code);
  if (done.end == End::not_started) return "could not be started";
  return fmt::format("ended with status {}", done.code);
}

std::string remedy_of(const exec::Completion& done, const std::string& words) {
  if (done.end == exec::Completion::End::timed_out)
    return "raise training.pacemaker.time_limit_seconds, or lower training.pacemaker.iterations";
  if (done.end == exec::Completion::End::signaled)
    return "signal 9 mostly means that memory ran out: use a smaller basis or fewer cores";
  if (words.find("ModuleNotFoundError") != std::string::npos)
    return "install what is missing; mlip-auto doctor INPUT shows what Pacemaker lacks";
  return "mlip-auto doctor INPUT tries Pacemaker's installation";
}

/// Throws unless the program ended well.
void run(const exec::Command& command, const Job& job) {
  const exec::Completion done = exec::run(command, job.stop);
  if (done.end == exec::Completion::End::stopped)
    throw core::UserError(core::ExitCode::interrupted, "interrupted",
                          "the same command goes on where it stopped");
  if (done.end == exec::Completion::End::exited && done.code == 0) return;
  std::string words = last_lines(command.standard_error, told_lines);
  if (words.empty()) words = last_lines(job.folder / "log.txt", told_lines);
  const bool missing = words.find("ModuleNotFoundError") != std::string::npos;
  throw core::UserError(missing ? core::ExitCode::missing_tool : core::ExitCode::failed,
                        fmt::format("'{}' {} in '{}'; its last words:\n{}", command.argv[0],
                                    how_it_ended(done), job.folder.string(), words),
                        remedy_of(done, words));
}

void write_files(const ace::Potential& start, const Task& task, const Options& options,
                 const Installation& tools, const Job& job) {
  std::error_code error;
  fs::remove_all(job.folder, error);
  fs::create_directories(job.folder, error);
  if (error)
    throw core::UserError(
        core::ExitCode::failed,
        fmt::format("cannot make the folder '{}': {}", job.folder.string(), error.message()));
  ace::write_yaml(start, job.folder / "start.yaml");
  write_data_set(job.folder / "train.pckl.gzip", task.frames, tools.python);
  core::write_atomically(job.folder / "input.yaml", input_text(options, task.kappa));
}

/// What Pacemaker made, if it is sound.
ace::Potential read_output(const ace::Potential& start, const Job& job) {
  const auto last = read_last_metrics(job.folder / "metrics.txt");
  const std::string log = last_lines(job.folder / "log.txt", told_lines);
  if (!last || !std::isfinite(last->loss) || !fs::exists(job.folder / "output_potential.yaml"))
    throw core::UserError(
        core::ExitCode::failed,
        fmt::format(
            "Pacemaker left {} in '{}'; its log ends:\n{}",
            last && !std::isfinite(last->loss) ? "a loss that is no number" : "no potential",
            job.folder.string(), log),
        "look for labels far from all others, or use a smaller basis");
  if (job.progress) job.progress(*last);
  ace::Potential fitted = ace::read_yaml(job.folder / "output_potential.yaml");
  if (fitted.elements != start.elements || fitted.function_count() != start.function_count())
    throw core::UserError(core::ExitCode::failed,
                          fmt::format("Pacemaker returned {} functions, it was given {}",
                                      fitted.function_count(), start.function_count()));
  fitted.metadata.clear();
  return fitted;
}

ace::ActiveSetInverse active_set_of(const ace::Potential& fitted, std::span<const Item> items,
                                    const Installation& tools, double time_limit_seconds,
                                    const Job& job) {
  if (!suits_pace_activeset(fitted, items)) return own_active_set(fitted, items, job.threads);
  run(command_of(tools.activeset, {"-a", "-d", "train.pckl.gzip", "output_potential.yaml"}, job,
                 time_limit_seconds),
      job);
  return ace::read_asi(job.folder / "output_potential.asi");
}

}  // namespace

Fit fit_with_pacemaker(const ace::Potential& basis, std::span<const Item> items,
                       const std::vector<double>& isolated_energies, const fit::Options& weights,
                       const Options& options, const Job& job) {
  const Installation tools = find_installation(options.python);
  const Task task = make_task(items, basis, isolated_energies, weights);
  const ace::Potential start = start_potential(basis, options);
  using Clock = std::chrono::steady_clock;
  const auto seconds_since = [](Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
  };
  Fit fit;
  auto begin = Clock::now();
  write_files(start, task, options, tools, job);
  fit.assembly_seconds = seconds_since(begin);
  begin = Clock::now();
  {
    const Watcher watcher(job);
    run(command_of(tools.pacemaker, {"--no-predict", "input.yaml"}, job,
                   options.time_limit_seconds),
        job);
  }
  fit.potential = read_output(start, job);
  fit.solve_seconds = seconds_since(begin);
  begin = Clock::now();
  fit.active_set = active_set_of(fit.potential, items, tools, options.time_limit_seconds, job);
  fit.active_set_seconds = seconds_since(begin);
  fit.potential.E0 = isolated_energies;
  add_core_repulsion(fit.potential, shortest_distances(basis, items, weights.threads),
                     weights.zbl_inner_cutoff);
  fit.train = measure(ace::Evaluator(fit.potential), items);
  return fit;
}

}  // namespace mlip::fit::pacemaker
