#include "app/frame_file.hpp"

#include <fmt/format.h>

#include <system_error>

#include "core/error.hpp"

namespace mlip::app {

FrameFile::FrameFile(const std::filesystem::path& file)
    : file_(file), part_(file.string() + ".part"), out_(part_) {
  check();
}

FrameFile::~FrameFile() {
  std::error_code ignored;
  std::filesystem::remove(part_, ignored);
}

void FrameFile::write(const io::Frame& frame) {
  io::write_extended_xyz(out_, frame);
  check();
}

void FrameFile::finish() {
  out_.close();
  check();
  std::filesystem::rename(part_, file_);
}

void FrameFile::check() const {
  if (!out_)
    throw core::UserError(core::ExitCode::failed, fmt::format("cannot write '{}'", file_.string()),
                          "choose a folder that exists and can be written, on a disk with space");
}

}  // namespace mlip::app
