#include "ace/grade_screen.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/vectorise.hpp"

namespace mlip::ace {

namespace {

constexpr std::size_t pivots = GradeScreen::pivots, tile_width = 16, block_rows = 32;
constexpr std::size_t worth_screening = 128;
constexpr double roundoff = 0x1p-24;  // of rounding to single precision
typedef float Float __attribute__((may_alias));
typedef float Floats
    __attribute__((vector_size(tile_width * sizeof(float)), aligned(64), may_alias));
typedef float HalfFloats __attribute__((vector_size(lanes * sizeof(float)), may_alias));
static_assert(sizeof(Floats) == sizeof(Lane));

std::size_t tiles(std::size_t columns) {
  return (columns + tile_width - 1) / tile_width;
}

/// Eight functions whose columns of `rows` span the others best, by Gram and Schmidt.
struct Span {
  std::vector<Eigen::Index> order;  ///< they come first
  Eigen::MatrixXd told;             ///< [pivot][rest]
  Eigen::VectorXd left;             ///< [function] norm of what is not told

  explicit Span(Eigen::MatrixXd rows);
};

Span::Span(Eigen::MatrixXd rows) : order(static_cast<std::size_t>(rows.cols())) {
  std::iota(order.begin(), order.end(), 0);
  Eigen::MatrixXd triangle(pivots, rows.cols());
  for (std::size_t i = 0; i < pivots; ++i) {
    Eigen::Index largest;
    rows.colwise().squaredNorm().maxCoeff(&largest);
    std::iter_swap(order.begin() + static_cast<std::ptrdiff_t>(i),
                   std::find(order.begin(), order.end(), largest));
    const Eigen::VectorXd axis = rows.col(largest).normalized();
    const auto row = static_cast<Eigen::Index>(i);
    triangle.row(row) = axis.transpose() * rows;
    rows.noalias() -= axis * triangle.row(row);
  }
  left = rows.colwise().norm();
  const Eigen::MatrixXd sorted = triangle(Eigen::all, order);
  told = sorted.leftCols(pivots).triangularView<Eigen::Upper>().solve(
      sorted.rightCols(sorted.cols() - static_cast<Eigen::Index>(pivots)));
}

/// [sixteen columns][row][column] from `matrix`, the last columns zero.
template <class Number>
void store_tiles(const Eigen::MatrixXd& matrix, LaneBuffer& buffer) {
  const auto rows = static_cast<std::size_t>(matrix.rows());
  const auto columns = static_cast<std::size_t>(matrix.cols());
  buffer.zero(tiles(columns) * rows * tile_width * sizeof(Number) / sizeof(Lane));
  auto* numbers = reinterpret_cast<Number*>(buffer.data());
  for (std::size_t j = 0; j < columns; ++j)
    for (std::size_t k = 0; k < rows; ++k)
      numbers[(j / tile_width * rows + k) * tile_width + j % tile_width] =
          static_cast<Number>(matrix(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(j)));
}

double power_of_two(double x) {
  return std::isnormal(x) ? std::exp2(std::round(std::log2(x))) : 1;
}

/// What is known of eight atoms before the product.
struct Sizes {
  Lane length2 = {};  ///< Σ rest²
  Lane weight = {};   ///< Σ weights |b|
  Lane size = {};     ///< Σ |b|
};

MLIP_INLINE void raise_sizes(const Lane& b, double weight, Sizes& sizes) {
  const Lane size = b < 0 ? -b : b;
  sizes.weight += weight * size;
  sizes.size += size;
}

/// rests: (b_J − b_I W) · shrink [rest][atom], floats.
MLIP_VECTORISE void find_rests(const GradeScreen& screen, const Lane* b, Lane* first, Float* rests,
                               Sizes& sizes) {
  const double* weight = screen.weights.data();
  for (std::size_t i = 0; i < pivots; ++i) {
    first[i] = b[screen.order[i]];
    raise_sizes(first[i], *weight++, sizes);
  }
  const double* told = screen.told.data();
  const std::uint32_t* function = screen.order.data() + pivots;
  for (const double shrink : screen.shrink) {
    Lane rest = b[*function++];
    raise_sizes(rest, *weight++, sizes);
    for (std::size_t i = 0; i < pivots; ++i) rest -= *told++ * first[i];
    rest *= shrink;
    sizes.length2 += rest * rest;
    *reinterpret_cast<HalfFloats*>(rests) = __builtin_convertvector(rest, HalfFloats);
    rests += lanes;
  }
}

MLIP_INLINE void multiply_head(const Lane* head, const Lane* first, Floats* sums) {
  Lane low[lanes] = {}, high[lanes] = {};
  for (std::size_t i = 0; i < pivots; ++i)
    for (std::size_t a = 0; a < lanes; ++a) {
      low[a] += head[2 * i] * first[i][a];
      high[a] += head[2 * i + 1] * first[i][a];
    }
  for (std::size_t a = 0; a < lanes; ++a)
    sums[a] = __builtin_shufflevector(__builtin_convertvector(low[a], HalfFloats),
                                      __builtin_convertvector(high[a], HalfFloats), 0, 1, 2, 3, 4,
                                      5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

/// Block by block: the rounding errors of a long sum grow with the longest chain of additions.
MLIP_INLINE void multiply_tail(const Floats* tail, const Float* rests, std::size_t rows,
                               Floats* sums) {
  for (std::size_t begin = 0; begin < rows; begin += block_rows) {
    const std::size_t end = std::min(rows, begin + block_rows);
    Floats part[lanes] = {};
    for (std::size_t k = begin; k < end; ++k)
      for (std::size_t a = 0; a < lanes; ++a) part[a] += tail[k] * rests[lanes * k + a];
    for (std::size_t a = 0; a < lanes; ++a) sums[a] += part[a];
  }
}

/// products: |b A⁻¹| [sixteen columns][atom][column]; tops: the largest of each atom.
MLIP_VECTORISE void multiply(const GradeScreen& screen, const Lane* first, const Float* rests,
                             Floats* products, Float* tops) {
  const std::size_t rows = screen.shrink.size(), count = tiles(screen.order.size());
  const auto* head = screen.head.data();
  const auto* tail = reinterpret_cast<const Floats*>(screen.tail.data());
  Floats largest[lanes] = {};
  for (std::size_t t = 0; t < count; ++t, products += lanes) {
    Floats heads[lanes], sums[lanes] = {};
    multiply_tail(tail + t * rows, rests, rows, sums);
    multiply_head(head + t * 2 * pivots, first, heads);
    for (std::size_t a = 0; a < lanes; ++a) {
      const Floats sum = sums[a] + heads[a];
      products[a] = sum < 0 ? -sum : sum;
      raise(largest[a], products[a]);
    }
  }
  for (std::size_t a = 0; a < lanes; ++a) {
    tops[a] = largest[a][0];
    for (std::size_t j = 1; j < tile_width; ++j)
      tops[a] = largest[a][j] > tops[a] || std::isnan(largest[a][j]) ? largest[a][j] : tops[a];
  }
}

/// Of the columns of one tile, those where some atom reaches its threshold.
MLIP_VECTORISE void find_excess(const Floats* products, std::size_t count, const Float* thresholds,
                                Floats* excess) {
  for (std::size_t t = 0; t < count; ++t, products += lanes) {
    Floats most = products[0] - thresholds[0];
    for (std::size_t a = 1; a < lanes; ++a) {
      const Floats more = products[a] - thresholds[a];
      most = more > most ? more : most;
    }
    excess[t] = most;
  }
}

/// Bound of |product here − product in double precision|: that a sum of n products rounded by u
/// errs by n u Σ |b_k A⁻¹_kj| at most (N. Higham, Accuracy and Stability of Numerical Algorithms,
/// eq. 3.5) and Cauchy's inequality; ten more and the last term are what rounding to single
/// precision, its smallest number and the bound's own rounding add.
double error_bound(const GradeScreen& screen, double length, double weight, double top) {
  const auto rows = static_cast<double>(screen.shrink.size());
  const double chain = block_rows + std::ceil(rows / block_rows) + 10;
  return chain * roundoff * length * screen.longest + 6 * roundoff * top +
         (2 * rows + 64) * std::numeric_limits<double>::epsilon() * weight +
         0x1p-100 * rows * (1 + screen.longest);
}

}  // namespace

GradeScreen make_grade_screen(const Eigen::MatrixXd& inverse) {
  GradeScreen screen;
  const auto n = static_cast<std::size_t>(inverse.rows());
  if (n < worth_screening || !inverse.allFinite()) return screen;
  const Eigen::VectorXd sizes = inverse.rowwise().norm();
  const Eigen::MatrixXd rows = inverse.inverse() * sizes.asDiagonal();
  if (!rows.allFinite()) return screen;
  const Span span(rows);
  if (!span.told.allFinite()) return screen;

  const auto rest = static_cast<Eigen::Index>(n - pivots);
  Eigen::MatrixXd sorted = inverse(span.order, Eigen::all);
  const Eigen::VectorXd scales = sizes(span.order);
  const Eigen::MatrixXd W =
      scales.head(pivots).asDiagonal() * span.told * scales.tail(rest).cwiseInverse().asDiagonal();
  Eigen::VectorXd weights = sorted.cwiseAbs().rowwise().maxCoeff();
  weights.head(pivots) += 2 * W.cwiseAbs() * weights.tail(rest);
  store_tiles<double>(sorted.topRows(pivots) + W * sorted.bottomRows(rest), screen.head);
  for (Eigen::Index k = 0; k < rest; ++k) {
    const auto row = static_cast<Eigen::Index>(pivots) + k;
    const Eigen::Index function = span.order[static_cast<std::size_t>(row)];
    const double left = span.left[function] + 0x1p-40 * rows.col(function).norm();
    screen.shrink.push_back(power_of_two(scales[row] / std::sqrt(left)));
    sorted.row(row) /= screen.shrink.back();
  }
  store_tiles<float>(sorted.bottomRows(rest), screen.tail);
  screen.longest = sorted.bottomRows(rest).colwise().norm().maxCoeff();
  screen.order.assign(span.order.begin(), span.order.end());
  screen.weights.assign(weights.begin(), weights.end());
  screen.told.assign(W.data(), W.data() + W.size());
  return screen;
}

bool find_candidates(const GradeScreen& screen, const Lane* b, std::size_t most,
                     GradeCandidates& found) {
  if (screen.order.empty()) return false;
  const std::size_t count = tiles(screen.order.size());
  found.rests.resize((screen.shrink.size() + 1) / 2);
  found.products.resize(count * (lanes + 1));
  auto* rests = reinterpret_cast<Float*>(found.rests.data());
  auto* products = reinterpret_cast<Floats*>(found.products.data());
  Lane first[pivots];
  Sizes sizes;
  Float tops[lanes], thresholds[lanes];
  find_rests(screen, b, first, rests, sizes);
  multiply(screen, first, rests, products, tops);
  for (std::size_t a = 0; a < lanes; ++a) {
    found.columns[a].clear();
    const double top = tops[a];
    const double error = error_bound(screen, std::sqrt(sizes.length2[a]), sizes.weight[a], top);
    const bool nothing = sizes.size[a] == 0;  // γ = 0, of any column
    if (nothing) found.columns[a].push_back(0);
    thresholds[a] =
        nothing ? std::numeric_limits<float>::infinity() : static_cast<float>(top - 2 * error);
    if (!(thresholds[a] > 0 && std::isfinite(error) && std::isfinite(top)) && !nothing)
      return false;
  }
  Floats* excess = products + count * lanes;
  find_excess(products, count, thresholds, excess);
  const auto* each = reinterpret_cast<const Float*>(excess);
  for (std::uint32_t j = 0; j < screen.order.size(); ++j)
    for (std::size_t a = 0; each[j] >= 0 && a < lanes; ++a) {
      if (products[j / tile_width * lanes + a][j % tile_width] < thresholds[a]) continue;
      found.columns[a].push_back(j);
      if (found.columns[a].size() > most) return false;
    }
  return true;
}

}  // namespace mlip::ace
