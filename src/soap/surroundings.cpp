#include "soap/surroundings.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <map>

#include "ace/lanes.hpp"
#include "core/error.hpp"

namespace mlip::soap {

using core::IVec3;
using core::Vec3;
using std::size_t;

namespace {

/// So far away that no cutoff reaches it.
constexpr double nowhere = 1e8;

/// Squared distances of `count` atoms from a point.
MLIP_VECTORISE void measure(const double* __restrict x, const double* __restrict y,
                            const double* __restrict z, const double* point, size_t count,
                            double* __restrict squares) {
  const double px = point[0], py = point[1], pz = point[2];
  for (size_t k = 0; k < count; ++k) {
    const double dx = x[k] - px, dy = y[k] - py, dz = z[k] - pz;
    squares[k] = dx * dx + dy * dy + dz * dz;
  }
}

void pad(Crowd& crowd) {
  while (crowd.x.size() % ace::lanes != 0) {
    for (auto* part : {&crowd.x, &crowd.y, &crowd.z}) part->push_back(nowhere);
    crowd.atom.push_back(-1);
  }
}

}  // namespace

Surroundings::Surroundings(const core::Structure& structure, std::span<const int> channel,
                           size_t channels, double reach)
    : reach_(reach), channels_(channels) {
  MLIP_ASSERT(reach > 0 && core::is_finite(structure) && channel.size() == structure.size());
  if (structure.size() == 0) return;
  fold(structure);
  choose_bins();
  make_images(structure, channel);
}

void Surroundings::fold(const core::Structure& structure) {
  const auto& cell = structure.cell;
  for (int k = 0; k < 3; ++k)
    if (cell.periodic[k]) {
      periodic_.conservativeResize(periodic_.rows() + 1, 3);
      periodic_.bottomRows(1) = cell.vectors.row(k);
    }
  folded_ = structure.positions;
  if (periodic_.rows() == 0) return;
  dual_ = periodic_.transpose() * (periodic_ * periodic_.transpose()).inverse();
  MLIP_ASSERT(dual_.allFinite());
  for (Vec3& position : folded_)
    for (Eigen::Index axis = 0; axis < periodic_.rows(); ++axis)
      position -= std::floor(position.dot(dual_.col(axis))) * periodic_.row(axis).transpose();
}

void Surroundings::choose_bins() {
  low_ = high_ = folded_.front();
  for (const Vec3& position : folded_) {
    low_ = low_.cwiseMin(position);
    high_ = high_.cwiseMax(position);
  }
  const Vec3 extent = (high_ - low_).array().max(1e-9);
  double edge = reach_;
  do {
    counts_ = (extent / edge).array().floor().max(1).min(1e6).cast<int>();
    edge *= 1.26;
  } while (counts_.cast<double>().prod() > 8.0 * double(folded_.size()) + 64);
  width_ = extent.array() / counts_.cast<double>().array();
}

IVec3 Surroundings::bin(const Vec3& position) const {
  const Vec3 place = ((position - low_).array() / width_.array()).floor();
  return place.array().max(-1.0).min(counts_.cast<double>().array()).cast<int>();
}

size_t Surroundings::index(const IVec3& bin) const {
  const IVec3 layers = counts_.array() + 2;
  return size_t(((bin[0] + 1) * layers[1] + bin[1] + 1) * layers[2] + bin[2] + 1);
}

/// Every atom and image within reach of the box around all atoms.
void Surroundings::make_images(const core::Structure& structure, std::span<const int> channel) {
  const Vec3 low = low_.array() - reach_, high = high_.array() + reach_;
  IVec3 from = IVec3::Zero(), to = IVec3::Zero();
  for (Eigen::Index axis = 0; axis < periodic_.rows(); ++axis) {
    // Fractional coordinates of the box: a linear function is extreme at its corners.
    const Vec3 d = dual_.col(axis);
    from[axis] = int(std::floor(d.cwiseMin(0).dot(high) + d.cwiseMax(0).dot(low))) - 1;
    to[axis] = int(std::ceil(d.cwiseMin(0).dot(low) + d.cwiseMax(0).dot(high)));
  }
  std::vector<Image> all;
  std::vector<size_t> bins;
  for (IVec3 S = from; S[0] <= to[0]; ++S[0])
    for (S[1] = from[1]; S[1] <= to[1]; ++S[1])
      for (S[2] = from[2]; S[2] <= to[2]; ++S[2]) {
        Vec3 shift = Vec3::Zero();
        for (Eigen::Index axis = 0; axis < periodic_.rows(); ++axis)
          shift += S[axis] * periodic_.row(axis).transpose();
        for (size_t i = 0; i < structure.size(); ++i) {
          const Vec3 position = folded_[i] + shift;
          if ((position.array() < low.array()).any() || (position.array() > high.array()).any())
            continue;
          all.push_back({position, int(i), channel[i]});
          bins.push_back(index(bin(position)));
        }
      }
  const IVec3 layers = counts_.array() + 2;
  start_.assign(size_t(layers.prod()) + 1, 0);
  for (const size_t b : bins) ++start_[b + 1];
  for (size_t b = 1; b < start_.size(); ++b) start_[b] += start_[b - 1];
  std::vector<size_t> next(start_.begin(), start_.end() - 1);
  images_.resize(all.size());
  for (size_t k = 0; k < all.size(); ++k) images_[next[bins[k]]++] = all[k];
  std::map<size_t, size_t> boxes;
  for (size_t i = 0; i < structure.size(); ++i) {
    const IVec3 own = bin(folded_[i]).cwiseMin((counts_.array() - 1).matrix());
    const auto [entry, fresh] = boxes.emplace(index(own), centres_.size());
    if (fresh) {
      centres_.emplace_back();
      box_bins_.push_back(own);
    }
    centres_[entry->second].push_back(int(i));
  }
}

void Surroundings::gather(size_t box, Crowd& crowd) const {
  Vec3 low = folded_[size_t(centres_[box].front())], high = low;
  for (const int i : centres_[box]) {
    low = low.cwiseMin(folded_[size_t(i)]);
    high = high.cwiseMax(folded_[size_t(i)]);
  }
  thread_local std::vector<std::vector<const Image*>> of_channel;
  of_channel.resize(channels_);
  for (auto& part : of_channel) part.clear();
  const double limit = reach_ * reach_ * (1 + 1e-9);
  const IVec3 from = (box_bins_[box].array() - 1).max(-1);
  const IVec3 to = (box_bins_[box].array() + 1).min(counts_.array());
  for (int x = from[0]; x <= to[0]; ++x)
    for (int y = from[1]; y <= to[1]; ++y)
      for (size_t at = start_[index({x, y, from[2]})]; at < start_[index({x, y, to[2]}) + 1];
           ++at) {
        const Image& image = images_[at];
        const Vec3 beyond =
            (low - image.position).cwiseMax(image.position - high).cwiseMax(Vec3::Zero());
        if (beyond.squaredNorm() <= limit) of_channel[size_t(image.channel)].push_back(&image);
      }
  crowd = {};
  for (const auto& part : of_channel) {
    crowd.first.push_back(crowd.x.size());
    for (const Image* image : part) {
      crowd.x.push_back(image->position[0]);
      crowd.y.push_back(image->position[1]);
      crowd.z.push_back(image->position[2]);
      crowd.atom.push_back(image->atom);
    }
    pad(crowd);
  }
  crowd.first.push_back(crowd.x.size());
}

void Surroundings::find_near(int centre, const Crowd& crowd, Near& near) const {
  const Vec3& point = folded_[size_t(centre)];
  thread_local std::vector<double> squares;
  thread_local std::vector<size_t> found;
  const size_t count = crowd.x.size(), most = count + channels_ * ace::lanes;
  squares.resize(count);
  found.resize(count);
  for (auto* part : {&near.x, &near.y, &near.z}) part->resize(most);
  near.atom.resize(most);
  near.first.assign(1, 0);
  measure(crowd.x.data(), crowd.y.data(), crowd.z.data(), point.data(), count, squares.data());
  const double limit = reach_ * reach_;
  size_t end = 0;
  for (size_t c = 0; c < channels_; ++c) {
    size_t hits = 0;
    for (size_t k = crowd.first[c]; k < crowd.first[c + 1]; ++k) {
      found[hits] = k;
      hits += squares[k] <= limit ? 1 : 0;
    }
    for (size_t h = 0; h < hits; ++h, ++end) {
      const size_t k = found[h];
      near.x[end] = crowd.x[k] - point[0];
      near.y[end] = crowd.y[k] - point[1];
      near.z[end] = crowd.z[k] - point[2];
      near.atom[end] = crowd.atom[k];
    }
    for (; end % ace::lanes != 0; ++end) {
      near.x[end] = near.y[end] = near.z[end] = nowhere;
      near.atom[end] = -1;
    }
    near.first.push_back(end);
  }
}

}  // namespace mlip::soap
