#include "select/point_file.hpp"

#include <sys/mman.h>

#include "core/error.hpp"

namespace mlip::select {

PointFile::~PointFile() {
  if (mapped_ != nullptr) ::munmap(mapped_, file_.size());
}

void PointFile::add(const Eigen::VectorXd& point) {
  MLIP_ASSERT(mapped_ == nullptr && point.size() == rows_);
  file_.append(point.data(), static_cast<std::size_t>(rows_) * sizeof(double));
  ++count_;
}

Eigen::Map<Eigen::MatrixXd> PointFile::points() {
  if (mapped_ == nullptr) mapped_ = static_cast<double*>(file_.map());
  return {mapped_, rows_, count_};
}

}  // namespace mlip::select
