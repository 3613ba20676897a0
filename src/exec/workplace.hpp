/// A folder for the programs that fetch something, and how they are run in it.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mlip::exec {

/// A fresh folder beside `target`, of this process alone, removed at the end.  What was made in it
/// can take the name of `target` by a rename.
class Workplace {
 public:
  explicit Workplace(const std::filesystem::path& target);
  ~Workplace();
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// Runs a program in the folder, for a quarter of an hour at most.  Nothing where it exits with
  /// 0; else why it does not start, or `title` with the last line of its errors.
  [[nodiscard]] std::optional<std::string> complaint(
      const std::vector<std::string>& argv, const std::string& title,
      const std::map<std::string, std::string>& environment) const;

 private:
  std::filesystem::path path_;
};

}  // namespace mlip::exec
