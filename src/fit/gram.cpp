#include "fit/gram.hpp"

#include "core/error.hpp"
#include "potential/lapack.hpp"

namespace mlip::fit {

Eigen::Block<Eigen::MatrixXd> Gram::next(Eigen::Index count) {
  MLIP_ASSERT(count <= most);
  if (block_.size() == 0) block_.resize(most, columns_);
  if (waiting_ + count > most) flush();
  waiting_ += count;
  return block_.block(waiting_ - count, 0, count, columns_);
}

void Gram::flush() {
  if (sum_.size() == 0) sum_.setZero(columns_, columns_);
  const int n = static_cast<int>(columns_), k = static_cast<int>(waiting_);
  const int ld = static_cast<int>(most);
  const double one = 1;
  if (k > 0) dsyrk_("U", "T", &n, &k, &one, block_.data(), &ld, &one, sum_.data(), &n);
  waiting_ = 0;
}

}  // namespace mlip::fit
