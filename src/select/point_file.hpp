/// More points than memory holds, as a matrix all the same.
#pragma once

#include <Eigen/Core>
#include <filesystem>

namespace mlip::select {

/// Columns in a file without a name; the system keeps of them in memory what there is room for.
class PointFile {
 public:
  /// The file lies in `folder` until this ends.  Throws core::UserError where there is no room or
  /// right to write.
  PointFile(Eigen::Index rows, const std::filesystem::path& folder);
  ~PointFile();
  PointFile(const PointFile&) = delete;
  PointFile& operator=(const PointFile&) = delete;

  void add(const Eigen::VectorXd& point);
  /// All that were added; after this none can be.
  [[nodiscard]] Eigen::Map<Eigen::MatrixXd> points();

 private:
  [[noreturn]] void fail(const char* what) const;

  Eigen::Index rows_, count_ = 0;
  std::filesystem::path folder_;
  int file_ = -1;
  double* mapped_ = nullptr;
};

}  // namespace mlip::select
