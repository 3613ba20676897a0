/// More points than memory holds, as a matrix all the same.
#pragma once

#include <Eigen/Core>

#include "core/scratch_file.hpp"

namespace mlip::select {

/// Columns in a scratch file; the system keeps of them in memory what there is room for.
class PointFile {
 public:
  /// The file lies in `folder` until this ends.  Throws core::UserError where there is no room or
  /// right to write.
  PointFile(Eigen::Index rows, const std::filesystem::path& folder) : rows_(rows), file_(folder) {}
  ~PointFile();
  PointFile(const PointFile&) = delete;
  PointFile& operator=(const PointFile&) = delete;

  void add(const Eigen::VectorXd& point);
  /// All that were added; after this none can be.
  [[nodiscard]] Eigen::Map<Eigen::MatrixXd> points();

 private:
  Eigen::Index rows_, count_ = 0;
  core::ScratchFile file_;
  double* mapped_ = nullptr;
};

}  // namespace mlip::select
