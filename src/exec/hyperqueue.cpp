#include "exec/hyperqueue.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "core/file.hpp"

namespace mlip::exec {

namespace {

using Json = nlohmann::json;

/// Options of hq submit that this program gives itself, or that would change what a job is.
const std::vector<std::string_view> hq_own_options = {
    "--array",  "--cpus",     "--cwd",  "--directives", "--each-line", "--from-json",
    "--help",   "--log",      "--name", "--progress",   "--stderr",    "--stdin",
    "--stdout", "--task-dir", "--wait", "--time-limit", "--job"};

/// What a failed task's error says of why.
struct Sign {
  std::string_view text;
  TaskState state;
};
constexpr std::array<Sign, 2> signs = {{
    {"Time limit reached", TaskState::time_limit},
    {"worker that was lost", TaskState::node_failed},
}};

/// What hq says where the same may be answered later.
constexpr std::array<std::string_view, 4> passing = {"No running instance of HQ", "onnect",
                                                     "timed out", "deserialize"};

std::optional<TaskState> state_of(std::string_view word, std::string_view error) {
  if (word == "waiting") return TaskState::waiting;
  if (word == "running") return TaskState::running;
  if (word == "finished") return TaskState::completed;
  if (word == "canceled") return TaskState::cancelled;
  if (word != "failed") return std::nullopt;
  for (const Sign& sign : signs)
    if (error.find(sign.text) != std::string_view::npos) return sign.state;
  return TaskState::failed;
}

template <class Value, class Read>
core::Result<Value> read_json(std::string_view text, Json::value_t kind, Read read) {
  try {
    const Json json = Json::parse(text);
    if (json.type() == kind) return read(json);
    return core::Failure{fmt::format("hq printed JSON of another kind: {}", json.type_name())};
  } catch (const Json::exception& error) {
    return core::Failure{fmt::format("hq printed what is none of its JSON: {}", error.what())};
  }
}

std::string joined_ids(const std::map<std::string, std::string>& names) {
  std::vector<std::string> ids;
  for (const auto& [id, name] : names) ids.push_back(id);
  return fmt::format("{}", fmt::join(ids, ","));
}

}  // namespace

std::vector<OptionProblem> problems_of(const HyperQueueOptions& options) {
  auto problems = passed_on_problems("submit", options.submit, hq_own_options);
  for (const auto& more : problems_of(static_cast<const TaskOptions&>(options)))
    problems.push_back(more);
  return problems;
}

std::vector<std::string> hq_submit_arguments(const ArrayJob& job, const HyperQueueOptions& options,
                                             const std::filesystem::path& script) {
  std::vector<std::string> argv = {"submit"};
  argv.insert(argv.end(), options.submit.begin(), options.submit.end());
  for (const std::string& argument :
       {"--name=" + job.name, "--cwd=" + job.folder.string(),
        std::string("--stdout=%{CWD}/output_%{JOB_ID}_%{TASK_ID}.txt"),
        std::string("--stderr=none"), fmt::format("--array={}", fmt::join(job.tasks, ",")),
        fmt::format("--cpus={}", options.cores), fmt::format("--resource=mem={}", job.memory_mb),
        fmt::format("--time-limit={}s", static_cast<long>(std::ceil(job.seconds))),
        std::string("--"), std::string("/bin/bash"), script.string()})
    argv.push_back(argument);
  return argv;
}

core::Result<std::map<std::string, std::string>> read_hq_jobs(std::string_view text,
                                                              std::span<const std::string> names) {
  using Names = std::map<std::string, std::string>;
  return read_json<Names>(text, Json::value_t::array, [&](const Json& jobs) {
    Names found;
    for (const Json& job : jobs)
      if (const auto name = job.at("name").get<std::string>(); std::ranges::count(names, name) > 0)
        found.emplace(std::to_string(job.at("id").get<long>()), name);
    return found;
  });
}

core::Result<std::vector<TaskReport>> read_hq_tasks(
    std::string_view text, const std::map<std::string, std::string>& names) {
  return read_json<std::vector<TaskReport>>(text, Json::value_t::object, [&](const Json& jobs) {
    std::vector<TaskReport> reports;
    for (const auto& [id, tasks] : jobs.items())
      for (const Json& task : tasks) {
        const auto error = task.value("error", "");
        const auto state = state_of(task.at("state").get<std::string>(), error);
        const auto name = names.find(id);
        if (!state || name == names.end()) continue;
        const int number = task.at("id").get<int>();
        reports.push_back(
            {name->second, number, fmt::format("{}_{}", id, number), *state, trimmed(error)});
      }
    return reports;
  });
}

Answer hq_refusal(const Printed& printed) {
  if (printed.completion.end != Completion::End::exited)
    return {Submission::unreachable, "hq does not answer"};
  const Json said = Json::parse(printed.output, nullptr, false);
  const std::string text = trimmed(said.is_object() ? said.value("error", "") : printed.errors);
  const bool later = std::ranges::any_of(
      passing, [&](std::string_view part) { return text.find(part) != std::string::npos; });
  return {later ? Submission::unreachable : Submission::refused,
          text.empty() ? "hq fails without a word" : text};
}

HyperQueue::HyperQueue(HyperQueueOptions options, std::filesystem::path folder)
    : options_(std::move(options)), folder_(std::move(folder)) {
  need_programs({"hq"}, "resources.hyperqueue");
}

Printed HyperQueue::hq(std::vector<std::string> words, const std::stop_token& stop) const {
  words.insert(words.begin(), {"hq", "--output-mode=json"});
  return run_command(std::move(words), folder_, stop);
}

Answer HyperQueue::submit(const ArrayJob& job, std::stop_token stop) {
  // Tasks read it when they start: each job has its own, in the folder that goes when it is done.
  const auto script = job.folder / (job.name + ".sh");
  core::write_atomically(script, batch_script(job, options_.modules, "HQ_TASK_ID"));
  const auto printed = hq(hq_submit_arguments(job, options_, script), stop);
  return printed.succeeded() ? Answer{} : hq_refusal(printed);
}

core::Result<std::map<std::string, std::string>> HyperQueue::ids_of(
    std::span<const std::string> jobs, const std::stop_token& stop) const {
  const auto printed = hq({"job", "list", "--all"}, stop);
  if (!printed.succeeded()) return core::Failure{hq_refusal(printed).text};
  return read_hq_jobs(printed.output, jobs);
}

core::Result<std::vector<TaskReport>> HyperQueue::ask(std::span<const std::string> jobs,
                                                      std::stop_token stop) {
  const auto names = ids_of(jobs, stop);
  if (!names) return core::Failure{names.reason()};
  if (names.value().empty()) return std::vector<TaskReport>{};
  const auto printed = hq({"task", "list", joined_ids(names.value())}, stop);
  if (!printed.succeeded()) return core::Failure{hq_refusal(printed).text};
  return read_hq_tasks(printed.output, names.value());
}

void HyperQueue::cancel(std::span<const std::string> jobs) {
  // Not with the stop token: this is what is left to do after a stop.
  const auto names = ids_of(jobs, {});
  if (names && !names.value().empty()) (void)hq({"job", "cancel", joined_ids(names.value())}, {});
}

}  // namespace mlip::exec
