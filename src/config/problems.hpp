/// Everything wrong with one file, told at once.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace mlip::config {

class Problems {
 public:
  explicit Problems(std::string file) : file_(std::move(file)) {}
  /// `line` counts from 1; the same problem is kept once.
  void add(int line, std::string message);
  [[nodiscard]] bool empty() const { return found_.empty(); }
  [[nodiscard]] std::size_t size() const { return found_.size(); }
  [[nodiscard]] const std::string& file() const { return file_; }
  /// Throws core::UserError (bad_input), one line `file:line: message` a problem, in the order of
  /// the lines; a hundred at most.
  void throw_any() const;

 private:
  std::string file_;
  std::vector<std::pair<int, std::string>> found_;
};

}  // namespace mlip::config
