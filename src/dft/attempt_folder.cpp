#include "dft/attempt_folder.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include <atomic>
#include <cctype>
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <iterator>
#include <mutex>
#include <utility>

#include "core/seed.hpp"

namespace mlip::dft {

std::string folder_name(const std::string& name) {
  std::string safe = name;
  for (char& c : safe)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '_' && c != '.')
      c = '_';
  if (safe.empty() || safe.front() == '.') safe.insert(safe.begin(), '_');
  return safe;
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

double free_bytes(const std::filesystem::path& folder) {
  std::error_code unknown;
  const auto space = std::filesystem::space(folder, unknown);
  return unknown ? 1e15 : static_cast<double>(space.available);
}

bool wait(double seconds, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any condition;
  std::unique_lock lock(mutex);
  if (seconds > 0)
    condition.wait_for(lock, stop, std::chrono::duration<double>(seconds), [] { return false; });
  return !stop.stop_requested();
}

AttemptFolders::AttemptFolders(ScratchFolders scratch, const std::string& name)
    : scratch_(std::move(scratch)), name_(folder_name(name)) {
  std::filesystem::remove_all(scratch_.work / name_);
  for (const char* room : {"failed", "accepted"})
    std::filesystem::remove_all(scratch_.kept / room / name_);
}

AttemptFolders::~AttemptFolders() {
  std::error_code ignored;
  std::filesystem::remove_all(scratch_.work / name_, ignored);
}

std::string AttemptFolders::new_run_id(int attempt) const {
  static std::atomic<unsigned> count = 0;
  const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  return fmt::format("mlip-{:016x}", core::hash_text(fmt::format("{} {} {} {} {}", name_, attempt,
                                                                 ::getpid(), now, ++count)));
}

std::filesystem::path AttemptFolders::folder(int attempt) const {
  return scratch_.work / name_ / fmt::format("attempt_{}", attempt);
}

std::filesystem::path AttemptFolders::kept(const char* room, int attempt) const {
  std::filesystem::path folder = scratch_.kept / room / name_ / fmt::format("attempt_{}", attempt);
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  return folder;
}

void AttemptFolders::keep(const char* room, int attempt,
                          const std::vector<const char*>& files) const {
  const auto to = kept(room, attempt);
  std::error_code ignored;
  for (const char* file : files)
    std::filesystem::copy_file(folder(attempt) / file, to / std::filesystem::path(file).filename(),
                               std::filesystem::copy_options::overwrite_existing, ignored);
}

void AttemptFolders::keep_packed(const char* room, int attempt, const char* file) const {
  const std::string content = content_of(folder(attempt) / file);
  const auto to = kept(room, attempt) / fmt::format("{}.gz", file);
  if (const gzFile packed = gzopen(to.c_str(), "wb"); packed != nullptr) {
    gzwrite(packed, content.data(), static_cast<unsigned>(content.size()));
    gzclose(packed);
  }
}

}  // namespace mlip::dft
