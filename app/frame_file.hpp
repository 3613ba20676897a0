/// Extended XYZ that stands complete or not at all.
#pragma once

#include <filesystem>
#include <fstream>

#include "io/extended_xyz.hpp"

namespace mlip::app {

class FrameFile {
 public:
  /// Frames go to FILE.part at first.  Throws core::UserError where it cannot be written; so do
  /// the others.
  explicit FrameFile(const std::filesystem::path& file);
  /// Removes what was not finished.
  ~FrameFile();
  FrameFile(const FrameFile&) = delete;
  FrameFile& operator=(const FrameFile&) = delete;

  void write(const io::Frame& frame);
  /// The file takes its name.
  void finish();

 private:
  void check() const;

  std::filesystem::path file_, part_;
  std::ofstream out_;
};

}  // namespace mlip::app
