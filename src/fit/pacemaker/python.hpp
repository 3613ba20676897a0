/// The Python side, data_set.py: started once for each piece of work.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mlip::fit::pacemaker {

/// A folder of our own in the temporary one, removed with the object.
class ScratchFolder {
 public:
  ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Content of data_set.py.
[[nodiscard]] std::string_view script();

/// What data_set.py with these arguments wrote to its standard output.  Throws core::UserError
/// where it failed: missing_tool where a module cannot be imported, else failed with its last
/// words.
std::string run_script(const std::filesystem::path& python,
                       const std::vector<std::string>& arguments, double time_limit_seconds);

/// The last `count` lines of a file that are not blank; empty where it cannot be read.
[[nodiscard]] std::string last_lines(const std::filesystem::path& file, std::size_t count);

}  // namespace mlip::fit::pacemaker
