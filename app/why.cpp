#include "pipeline/why.hpp"

#include <fmt/format.h>

#include <charconv>
#include <memory>

#include "app/commands.hpp"
#include "core/error.hpp"

namespace mlip::app {

namespace {

namespace fs = std::filesystem;

/// Where one stands, or the only run beneath runs/.
fs::path run_at_hand() {
  if (fs::exists("mlip.db")) return ".";
  std::vector<fs::path> runs;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator("runs", none))
    if (fs::exists(entry.path() / "mlip.db")) runs.push_back(entry.path());
  if (runs.size() == 1) return runs.front();
  throw core::UserError(
      core::ExitCode::bad_input,
      fmt::format("which run? there {} here", runs.empty() ? "is none" : "are several"),
      "name its folder: mlip-auto why RUN ID");
}

std::int64_t number(const std::string& text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc() && stop == end) return value;
  throw core::UserError(core::ExitCode::bad_input, fmt::format("'{}' is no number of a row", text),
                        "`mlip-auto db list RUN` lists them");
}

}  // namespace

void add_why(CLI::App& program, int&) {
  struct WhyArguments {
    std::vector<std::string> words;
    std::string scratch;
  };
  const auto arguments = std::make_shared<WhyArguments>();
  auto* command = program.add_subcommand(
      "why", "all that is known of a structure: origin, attempts, verdicts and their files");
  command
      ->add_option("RUN_ID", arguments->words,
                   "folder of a run, which may be left out where there is one only, and number of "
                   "the row; or what label wrote, and the frame")
      ->required()
      ->expected(1, 2);
  command->add_option("--scratch", arguments->scratch,
                      "where pw.x or VASP worked (default: scratch, in the folder of a run)");
  command->callback([arguments] {
    const auto& words = arguments->words;
    const fs::path place = words.size() == 2 ? fs::path(words[0]) : run_at_hand();
    fmt::print("{}", pipeline::why(place, number(words.back()), arguments->scratch));
  });
}

}  // namespace mlip::app
