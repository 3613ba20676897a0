#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <thread>

#include "app/commands.hpp"
#include "app/input.hpp"
#include "core/element.hpp"
#include "core/error.hpp"
#include "core/file.hpp"

namespace mlip::app {

namespace {

struct InitArguments {
  std::vector<std::string> elements;
  std::string goal, file = "input.yaml";
};

std::string ask(const std::string& question) {
  fmt::print("{} ", question);
  std::fflush(stdout);
  std::string answer;
  std::getline(std::cin, answer);
  return answer;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text + ",")
    if (c != ',' && c != ' ')
      word += c;
    else if (!word.empty())
      words.push_back(std::exchange(word, ""));
  return words;
}

void check_elements(const std::vector<std::string>& elements) {
  if (elements.empty())
    throw core::UserError(core::ExitCode::bad_input, "no elements given",
                          "for example: mlip-auto init --elements Fe,Ni");
  for (const auto& symbol : elements)
    if (!core::atomic_number(symbol))
      throw core::UserError(core::ExitCode::bad_input,
                            fmt::format("'{}' is no element; did you mean '{}'?", symbol,
                                        core::nearest_symbol(symbol)));
}

void init(InitArguments arguments) {
  const bool person = isatty(STDIN_FILENO) != 0;
  if (arguments.elements.empty() && person)
    arguments.elements = split(ask("Elements (for example Fe,Ni)?"));
  if (arguments.goal.empty() && person)
    arguments.goal =
        ask("Goal (bulk, elastic, diffusion, melting, surface, plasticity, molecule)?");
  check_elements(arguments.elements);
  if (std::filesystem::exists(arguments.file))
    throw core::UserError(core::ExitCode::bad_input, fmt::format("'{}' exists", arguments.file),
                          "name another with --file");
  const auto text = fmt::format(
      "target_system:   {{elements: [{}]}}\nsimulation_goal: {{type: {}}}\nresources:       "
      "{{cores: {}, wall_time: 2 h}}\n",
      fmt::join(arguments.elements, ", "), arguments.goal.empty() ? "bulk" : arguments.goal,
      std::max(1u, std::thread::hardware_concurrency()));
  core::write_atomically(arguments.file, text);
  try {
    (void)read_plan(arguments.file);
  } catch (const core::UserError&) {
    std::filesystem::remove(arguments.file);
    throw;
  }
  fmt::print("{}next: mlip-auto plan {}\n", text, arguments.file);
}

}  // namespace

void add_init(CLI::App& program, int&) {
  const auto arguments = std::make_shared<InitArguments>();
  auto* command = program.add_subcommand("init", "write an input.yaml");
  command->add_option("--elements", arguments->elements, "chemical symbols, as Fe,Ni")
      ->delimiter(',');
  command->add_option("--goal", arguments->goal,
                      "bulk, elastic, diffusion, melting, surface, plasticity or molecule");
  command->add_option("--file", arguments->file, "to write")->capture_default_str();
  command->callback([arguments] { init(*arguments); });
}

}  // namespace mlip::app
