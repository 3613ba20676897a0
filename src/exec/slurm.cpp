#include "exec/slurm.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "core/file.hpp"
#include "exec/queue_command.hpp"

namespace mlip::exec {

namespace {

constexpr const char* script_name = "job.sh";

struct NamedState {
  std::string_view word;
  TaskState state;
};

/// The job states of squeue's manual.
constexpr std::array<NamedState, 24> states = {{
    {"BOOT_FAIL", TaskState::node_failed},
    {"CANCELLED", TaskState::cancelled},
    {"COMPLETED", TaskState::completed},
    {"COMPLETING", TaskState::running},
    {"CONFIGURING", TaskState::running},
    {"DEADLINE", TaskState::time_limit},
    {"FAILED", TaskState::failed},
    {"NODE_FAIL", TaskState::node_failed},
    {"OUT_OF_MEMORY", TaskState::out_of_memory},
    {"PENDING", TaskState::waiting},
    {"PREEMPTED", TaskState::preempted},
    {"REQUEUED", TaskState::waiting},
    {"REQUEUE_FED", TaskState::waiting},
    {"REQUEUE_HOLD", TaskState::waiting},
    {"RESIZING", TaskState::running},
    {"RESV_DEL_HOLD", TaskState::waiting},
    {"REVOKED", TaskState::cancelled},
    {"RUNNING", TaskState::running},
    {"SIGNALING", TaskState::running},
    {"SPECIAL_EXIT", TaskState::waiting},
    {"STAGE_OUT", TaskState::running},
    {"STOPPED", TaskState::running},
    {"SUSPENDED", TaskState::running},
    {"TIMEOUT", TaskState::time_limit},
}};

/// Reasons of a waiting job that go away by no waiting.
constexpr std::array<std::string_view, 9> hopeless_reasons = {
    "AccountNotAllowed",  "BadConstraints",     "DependencyNeverSatisfied",
    "InvalidAccount",     "InvalidQOS",         "PartitionConfig",
    "PartitionNodeLimit", "PartitionTimeLimit", "QOSNotAllowed"};

/// What sbatch says where the same request may be accepted later.
constexpr std::array<std::string_view, 11> passing_refusals = {
    "Unable to contact slurm controller",
    "Socket timed out",
    "Zero Bytes were transmitted",
    "Connection refused",
    "Connection timed out",
    "Resource temporarily unavailable",
    "temporarily unable to accept job",
    "Transport endpoint is not connected",
    "Slurm backup controller in standby mode",
    "job submit limit",
    "Protocol authentication error"};

/// Options of sbatch that this program gives itself, or that would change what a job is.
const std::vector<std::string_view> own_options = {
    "--array",    "--chdir",   "--comment",   "--dependency", "--error",   "--help",
    "--job-name", "--mem",     "--nodes",     "--no-requeue", "--ntasks",  "--open-mode",
    "--output",   "--account", "--partition", "--parsable",   "--requeue", "--time",
    "--version",  "--wait",    "--wrap"};

std::string joined(std::span<const std::string> names) {
  return fmt::format("{}", fmt::join(names, ","));
}

/// '%' begins a pattern, in the folder's name too.
std::string output_pattern(const std::filesystem::path& folder) {
  std::string pattern;
  for (const char c : folder.string()) pattern += c == '%' ? std::string("%%") : std::string(1, c);
  return pattern + "/output_%A_%a.txt";
}

template <std::size_t size>
bool contains_any(std::string_view text, const std::array<std::string_view, size>& parts) {
  return std::ranges::any_of(
      parts, [&](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

/// Fields of a line between bars; the last takes the rest.
template <std::size_t size>
std::optional<std::array<std::string_view, size>> fields_of(std::string_view line) {
  std::array<std::string_view, size> fields;
  for (std::size_t k = 0; k + 1 < size; ++k) {
    const auto bar = line.find('|');
    if (bar == std::string_view::npos) return std::nullopt;
    fields[k] = line.substr(0, bar);
    line.remove_prefix(bar + 1);
  }
  fields[size - 1] = line;
  return fields;
}

std::optional<TaskReport> read_line(std::string_view line) {
  const auto fields = fields_of<5>(line);
  if (!fields) return std::nullopt;
  const auto& [job, id, number, word, reason] = *fields;
  TaskReport report;
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), report.task);
  const auto state = task_state(word);
  if (error != std::errc() || end != number.data() + number.size() || report.task < 0 || !state ||
      !is_word(job))
    return std::nullopt;
  report.job = job;
  report.id = fmt::format("{}_{}", id, number);
  report.state = *state;
  report.reason = reason;
  report.hopeless =
      *state == TaskState::waiting && std::ranges::count(hopeless_reasons, reason) > 0;
  return report;
}

}  // namespace

std::vector<OptionProblem> problems_of(const SlurmOptions& options) {
  std::vector<OptionProblem> problems;
  for (const auto& [key, text] :
       {std::pair("partition", &options.partition), std::pair("account", &options.account)})
    if (!text->empty() && !is_word(*text)) problems.push_back(no_word(key, *text));
  for (const auto& more : {passed_on_problems("sbatch", options.sbatch, own_options),
                           problems_of(static_cast<const TaskOptions&>(options))})
    problems.insert(problems.end(), more.begin(), more.end());
  return problems;
}

std::vector<std::string> sbatch_arguments(const ArrayJob& job, const SlurmOptions& options) {
  std::vector<std::string> argv = {"sbatch"};
  argv.insert(argv.end(), options.sbatch.begin(), options.sbatch.end());
  for (const std::string& argument :
       {std::string("--parsable"), std::string("--no-requeue"), std::string("--nodes=1"),
        std::string("--open-mode=append"), "--output=" + output_pattern(job.folder),
        "--job-name=" + job.name, "--comment=" + job.comment, "--chdir=" + job.folder.string(),
        fmt::format("--array={}%{}", fmt::join(job.tasks, ","), options.tasks_at_once),
        fmt::format("--ntasks={}", options.cores), fmt::format("--mem={}M", job.memory_mb),
        fmt::format("--time={}", static_cast<long>(std::ceil(job.seconds / 60)))})
    argv.push_back(argument);
  if (!options.partition.empty()) argv.push_back("--partition=" + options.partition);
  if (!options.account.empty()) argv.push_back("--account=" + options.account);
  return argv;
}

std::vector<std::string> squeue_arguments(std::span<const std::string> jobs) {
  return {"squeue", "--noheader", "--array",  "--states=all",
          "--name", joined(jobs), "--format", "%j|%F|%K|%T|%r"};
}

std::vector<TaskReport> read_queue(std::string_view text) {
  std::vector<TaskReport> reports;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    if (auto report = read_line(text.substr(0, end))) reports.push_back(std::move(*report));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return reports;
}

std::optional<TaskState> task_state(std::string_view word) {
  const auto* const found =
      std::ranges::find_if(states, [&](const NamedState& state) { return state.word == word; });
  if (found == states.end()) return std::nullopt;
  return found->state;
}

Submission meaning_of_refusal(std::string_view text) {
  return contains_any(text, passing_refusals) ? Submission::unreachable : Submission::refused;
}

Slurm::Slurm(SlurmOptions options, std::filesystem::path folder)
    : options_(std::move(options)), folder_(std::move(folder)) {
  need_programs({"sbatch", "squeue", "scancel"}, "resources.slurm");
}

Answer Slurm::submit(const ArrayJob& job, std::stop_token stop) {
  const auto script = folder_ / script_name;
  core::make_folder(folder_);
  core::write_atomically(script, batch_script(job, options_.modules, "SLURM_ARRAY_TASK_ID"));
  auto argv = sbatch_arguments(job, options_);
  argv.push_back(std::filesystem::absolute(script).string());
  const auto printed = run_command(std::move(argv), folder_, stop);
  if (printed.succeeded()) return {};
  if (printed.completion.end != Completion::End::exited)
    return {Submission::unreachable, "sbatch does not answer"};
  return {meaning_of_refusal(printed.errors), trimmed(printed.errors)};
}

core::Result<std::vector<TaskReport>> Slurm::ask(std::span<const std::string> jobs,
                                                 std::stop_token stop) {
  const auto printed = run_command(squeue_arguments(jobs), folder_, stop);
  if (printed.succeeded()) return read_queue(printed.output);
  return core::Failure{printed.errors.empty() ? "squeue does not answer" : trimmed(printed.errors)};
}

void Slurm::cancel(std::span<const std::string> jobs) {
  // Not with the stop token: this is what is left to do after a stop.
  for (const std::string& job : jobs)
    (void)run_command({"scancel", "--name=" + job}, folder_, std::stop_token());
}

}  // namespace mlip::exec
