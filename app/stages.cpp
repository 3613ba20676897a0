#include "app/stages.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace mlip::app {

namespace {

constexpr std::chrono::milliseconds pause{100};

}  // namespace

void Stages::show(const std::string& stage, std::size_t done, std::size_t all) {
  const std::lock_guard lock(mutex_);
  const bool terminal = isatty(STDERR_FILENO) != 0, fresh = stage != stage_;
  const auto now = std::chrono::steady_clock::now();
  const double seconds = std::chrono::duration<double>(now - start_).count();
  stage_ = stage;
  if (!terminal) {
    if (fresh) fmt::print(stderr, "{:7.1f} s  {}\n", seconds, stage);
    return;
  }
  if (!fresh && done < all && now - shown_ < pause) return;
  shown_ = now;
  constexpr std::size_t width = 24;
  const std::size_t filled = all == 0 ? width : std::min(width, width * done / all);
  fmt::print(stderr, "\r\033[2K{:7.1f} s  {:<10} [{}{}] {}/{}", seconds, stage,
             std::string(filled, '='), std::string(width - filled, ' '), done, all);
  std::fflush(stderr);
  live_ = true;
}

void Stages::end() {
  const std::lock_guard lock(mutex_);
  if (live_) fmt::print(stderr, "\r\033[2K");
  live_ = false;
}

}  // namespace mlip::app
