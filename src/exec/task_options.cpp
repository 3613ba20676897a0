#include "exec/task_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace mlip::exec {

namespace {

std::string passed_on_problem(const std::string& option, const std::vector<std::string_view>& own) {
  const std::string name = option.substr(0, option.find('='));
  if (!option.starts_with("--") || option.size() < 3)
    return fmt::format("must begin with '--', got '{}'", option);
  if (std::ranges::any_of(option, [](unsigned char c) { return std::iscntrl(c) != 0; }))
    return "must be of one line";
  if (option.find(' ') < option.find('='))
    return fmt::format("must be one argument such as --name=value, got '{}'", option);
  // Unambiguous beginnings are taken for the whole name.
  for (const std::string_view ours : own)
    if (ours == name || (ours.starts_with(name) && name.size() > 3))
      return fmt::format("'{}' is set by this program", name);
  return "";
}

}  // namespace

bool is_word(std::string_view text) {
  return !text.empty() && text.front() != '-' && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 || std::string_view("-_.,/+@:").find(char(c)) != std::string::npos;
  });
}

OptionProblem no_word(const std::string& key, const std::string& text) {
  return {key, fmt::format("must be a word of letters, digits and -_.,/+@:, got '{}'", text)};
}

std::vector<OptionProblem> problems_of(const TaskOptions& options) {
  std::vector<OptionProblem> problems;
  for (const auto& module : options.modules)
    if (!is_word(module)) problems.push_back(no_word("modules", module));
  const auto positive = [&](const std::string& key, double value) {
    if (!(value > 0))
      problems.push_back({key, fmt::format("must be greater than 0, got {:g}", value)});
  };
  positive("cores", options.cores);
  positive("memory_mb", options.memory_mb);
  positive("tasks_at_once", options.tasks_at_once);
  positive("task_seconds", options.task_seconds);
  positive("shortest_task_seconds", options.shortest_task_seconds);
  positive("poll_seconds", options.poll_seconds);
  if (options.longest_task_seconds < 60)
    problems.push_back({"longest_task_seconds", fmt::format("must be at least 60 s, got {:g} s",
                                                            options.longest_task_seconds)});
  return problems;
}

std::vector<OptionProblem> passed_on_problems(const std::string& key,
                                              const std::vector<std::string>& options,
                                              const std::vector<std::string_view>& own) {
  std::vector<OptionProblem> problems;
  for (const auto& option : options)
    if (const auto problem = passed_on_problem(option, own); !problem.empty())
      problems.push_back({key, problem});
  return problems;
}

std::string shell_word(std::string_view text) {
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

std::string batch_script(const ArrayJob& job, const std::vector<std::string>& modules,
                         const std::string& number) {
  std::string script = "#!/bin/bash\nset -e\nexec 2>&1\n";
  if (!modules.empty())
    script +=
        "if ! command -v module >/dev/null; then\n"
        "  for file in /etc/profile.d/*modules.sh /etc/profile.d/*lmod.sh; do\n"
        "    if [ -r \"$file\" ]; then . \"$file\"; fi\n"
        "  done\n"
        "fi\n";
  for (const auto& module : modules) script += "module load " + shell_word(module) + '\n';
  script += "exec";
  for (const auto& argument : job.argv) script += ' ' + shell_word(argument);
  return script + " \"$" + number + "\"\n";
}

}  // namespace mlip::exec
