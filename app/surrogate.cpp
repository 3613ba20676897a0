#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <exception>
#include <filesystem>
#include <memory>
#include <thread>

#include "app/commands.hpp"
#include "app/frame_file.hpp"
#include "app/interrupt.hpp"
#include "core/error.hpp"
#include "surrogate/mace_convert.hpp"
#include "surrogate/open.hpp"

namespace mlip::app {

namespace {

struct SurrogateArguments {
  std::string model = "sevennet-0", structures, out;
  int workers = 0;
};

/// Frames on their way through; a frame keeps its reason where the surrogate failed on it.
struct Batch {
  std::vector<io::Frame> frames;
  std::vector<std::string> failures;
};

Batch read_batch(io::FrameReader& reader, std::size_t size) {
  Batch batch;
  while (batch.frames.size() < size) {
    auto frame = reader.next();
    if (!frame) break;
    batch.frames.push_back(std::move(*frame));
  }
  batch.failures.resize(batch.frames.size());
  return batch;
}

/// What was said of the structure before is not the surrogate's.
void evaluate(const surrogate::Surrogate& surrogate, io::Frame& frame) {
  const auto result = surrogate.calculator->evaluate(frame.structure);
  frame.labels = {};
  for (const char* key : {"energy", "level_of_theory"}) frame.info.erase(key);
  frame.labels.energy = result.energy;
  frame.labels.forces = result.forces;
  if (frame.structure.cell.all_periodic())
    frame.labels.stress = result.stress(frame.structure.cell.volume());
  if (!core::is_finite(frame.labels, frame.structure.size()))
    throw core::UserError(core::ExitCode::failed, "the surrogate gives no finite answer");
  frame.info["surrogate"] = surrogate.model;
  frame.info["surrogate_version"] = surrogate.version;
  frame.info["surrogate_energies"] = surrogate.energies;
}

void evaluate_batch(const surrogate::Surrogate& surrogate, Batch& batch, int workers) {
  std::atomic<std::size_t> next = 0;
  std::vector<std::exception_ptr> ends(static_cast<std::size_t>(workers));
  {
    std::vector<std::jthread> threads;
    for (int w = 0; w < workers; ++w)
      threads.emplace_back([&, w] {
        for (std::size_t k = next++; k < batch.frames.size(); k = next++) try {
            evaluate(surrogate, batch.frames[k]);
          } catch (const core::UserError& error) {
            batch.failures[k] = error.what();
            if (error.code() != core::ExitCode::missing_tool) continue;
            ends[static_cast<std::size_t>(w)] = std::current_exception();
            return;
          }
      });
  }
  for (const auto& end : ends)
    if (end) std::rethrow_exception(end);
}

/// A line on the terminal a second, in a log every half minute: done, rate, time to go.
class Progress {
 public:
  explicit Progress(std::size_t bytes) : bytes_(bytes) {}
  void show(std::size_t done, std::size_t position, bool last) {
    const auto now = std::chrono::steady_clock::now();
    const bool live = isatty(STDERR_FILENO) != 0;
    if (!last && now - shown_ < std::chrono::seconds(live ? 1 : 30)) return;
    shown_ = now;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    const double share = last || bytes_ == 0 ? 1 : double(position) / double(bytes_);
    const double rest = share > 0 ? seconds * (1 - share) / share : 0;
    const long whole = std::lround(rest);
    fmt::print(stderr, "{}{} structures, {:.1f}/s, {:.0f} %, eta {}:{:02}:{:02}{}",
               live ? "\r\033[2K" : "", done, double(done) / std::max(seconds, 1e-9), 100 * share,
               whole / 3600, whole / 60 % 60, whole % 60, live && !last ? "" : "\n");
    std::fflush(stderr);
  }

 private:
  std::size_t bytes_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now(), shown_ = start_;
};

int thread_count(int wanted) {
  return wanted > 0 ? wanted : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

int evaluate_file(const SurrogateArguments& arguments) {
  const Interrupt interrupt;
  const int workers = thread_count(arguments.workers);
  io::FrameReader reader(arguments.structures);
  const auto surrogate = surrogate::open_surrogate(arguments.model, workers);
  FrameFile out(arguments.out);
  Progress progress(std::filesystem::file_size(arguments.structures));
  std::size_t read = 0, failed = 0;
  while (!interrupt.token().stop_requested()) {
    auto batch = read_batch(reader, 32 * static_cast<std::size_t>(workers));
    if (batch.frames.empty()) break;
    evaluate_batch(surrogate, batch, workers);
    for (std::size_t k = 0; k < batch.frames.size(); ++k, ++read) {
      if (batch.failures[k].empty()) {
        out.write(batch.frames[k]);
      } else {
        ++failed;
        fmt::print(stderr, "frame {}: {}\n", read, batch.failures[k]);
      }
    }
    progress.show(read, reader.position(), false);
  }
  progress.show(read, reader.position(), true);
  out.finish();
  fmt::print("{} evaluated, {} failed: {}\n", read - failed, failed, arguments.out);
  if (interrupt.token().stop_requested()) return int(core::ExitCode::interrupted);
  return int(failed == 0 ? core::ExitCode::done : core::ExitCode::failed);
}

struct ConvertArguments {
  std::string model, out;
  std::vector<std::string> elements;
};

void add_surrogate_convert(CLI::App& group) {
  const auto arguments = std::make_shared<ConvertArguments>();
  auto* command = group.add_subcommand(
      "convert", "a MACE model for the engine of our own, which is much faster than libtorch");
  command->add_option("MODEL", arguments->model, "export of mace_create_lammps_model (.pt)")
      ->required();
  command->add_option("--elements", arguments->elements, "chemical symbols, as Fe,Ni")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->required();
  command->add_option("--out", arguments->out, "file of the converted model (.mace)")->required();
  command->callback([arguments] {
    surrogate::convert_mace(arguments->model, arguments->elements, arguments->out);
    fmt::print("{}\n", arguments->out);
  });
}

}  // namespace

void add_surrogate(CLI::App& program, int& exit_code) {
  auto* group = program.add_subcommand("surrogate", "pretrained universal potentials");
  group->require_subcommand(1);
  add_surrogate_convert(*group);
  const auto arguments = std::make_shared<SurrogateArguments>();
  auto* command = group->add_subcommand(
      "eval", "energies, forces and stresses of structures, one at a time: files may be huge");
  command->add_option("STRUCTURES", arguments->structures, "extended XYZ file")->required();
  command
      ->add_option("--model", arguments->model,
                   "sevennet-0, sevennet-l3i5, sevennet-mf-0-pbe, sevennet-mf-0-r2scan (doctor "
                   "--fix fetches them), a model file (.mace, .pt, .sevennet), or ase:module:Class")
      ->capture_default_str();
  command->add_option("--out", arguments->out, "extended XYZ file")->required();
  command->add_option("--workers", arguments->workers, "threads; 0: one a core")
      ->capture_default_str();
  command->callback([arguments, &exit_code] { exit_code = evaluate_file(*arguments); });
}

}  // namespace mlip::app
