#include "select/point_file.hpp"

#include <fmt/format.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "core/error.hpp"

namespace mlip::select {

PointFile::PointFile(Eigen::Index rows, const std::filesystem::path& folder)
    : rows_(rows), folder_(folder.empty() ? "." : folder) {
  std::string name = (folder_ / "mlip-points-XXXXXX").string();
  file_ = ::mkstemp(name.data());
  if (file_ < 0) fail("make");
  ::unlink(name.c_str());
}

PointFile::~PointFile() {
  const auto bytes = static_cast<std::size_t>(rows_ * count_) * sizeof(double);
  if (mapped_ != nullptr) ::munmap(mapped_, bytes);
  ::close(file_);
}

void PointFile::add(const Eigen::VectorXd& point) {
  MLIP_ASSERT(mapped_ == nullptr && point.size() == rows_);
  const char* bytes = reinterpret_cast<const char*>(point.data());
  for (std::size_t left = static_cast<std::size_t>(rows_) * sizeof(double); left > 0;) {
    const ssize_t written = ::write(file_, bytes, left);
    if (written < 0 && errno != EINTR) fail("write");
    if (written < 0) continue;
    bytes += written;
    left -= static_cast<std::size_t>(written);
  }
  ++count_;
}

Eigen::Map<Eigen::MatrixXd> PointFile::points() {
  const auto bytes = static_cast<std::size_t>(rows_ * count_) * sizeof(double);
  if (mapped_ == nullptr && bytes > 0) {
    void* mapped = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file_, 0);
    if (mapped == MAP_FAILED) fail("map");
    mapped_ = static_cast<double*>(mapped);
  }
  return {mapped_, rows_, count_};
}

void PointFile::fail(const char* what) const {
  throw core::UserError(core::ExitCode::failed,
                        fmt::format("cannot {} a file of points in '{}': {}", what,
                                    folder_.string(), std::generic_category().message(errno)),
                        "choose a folder that can be written, on a disk with space");
}

}  // namespace mlip::select
