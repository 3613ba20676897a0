#include "app/display.hpp"

#include <fmt/format.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>

namespace mlip::app {

namespace {

std::string clock(double seconds) {
  const long whole = std::lround(seconds);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

/// One row: stage, generation, done/total as a bar, time to go, best errors.
std::string row(const pipeline::Progress& p) {
  constexpr std::size_t width = 20;
  const std::size_t filled = p.total == 0 ? width : std::min(width, width * p.done / p.total);
  std::string text =
      fmt::format("{:<9} gen {} [{}{}] {}/{}", p.stage, p.generation, std::string(filled, '='),
                  std::string(width - filled, ' '), p.done, p.total);
  if (p.eta_s) text += fmt::format("  eta {}", clock(*p.eta_s));
  if (p.energy_rmse_mev_per_atom)
    text += fmt::format("  held out {:.2f} meV/atom {:.1f} meV/Å", *p.energy_rmse_mev_per_atom,
                        *p.force_rmse_mev_per_a);
  return text;
}

}  // namespace

pipeline::Listener make_display(const std::filesystem::path& log_file, bool quiet) {
  const bool live = isatty(STDERR_FILENO) != 0 && !quiet;
  std::vector<spdlog::sink_ptr> sinks{
      std::make_shared<spdlog::sinks::basic_file_sink_mt>(log_file.string())};
  if (!live && !quiet) sinks.push_back(std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
  auto logger = std::make_shared<spdlog::logger>("mlip", sinks.begin(), sinks.end());
  logger->set_pattern("%Y-%m-%d %H:%M:%S %^%l%$ %v");
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(logger);
  return [live](const pipeline::Progress& progress) {
    spdlog::info("{} gen {} {}/{}: {}", progress.stage, progress.generation, progress.done,
                 progress.total, progress.event);
    if (!live) return;
    fmt::print(stderr, "\r\033[2K{}\n\r\033[2K{}", progress.event, row(progress));
    if (progress.stage == "done") fmt::print(stderr, "\n");
    std::fflush(stderr);
  };
}

}  // namespace mlip::app
