#include "select/select.hpp"

#include <doctest/doctest.h>

#include <Eigen/LU>
#include <cmath>
#include <set>

#include "core/error.hpp"
#include "core/seed.hpp"
#include "select/volume.hpp"

using namespace mlip;
using core::Candidate;
using core::Vec3;

namespace {

/// Atoms whose descriptors are their own coordinates: what is chosen can be seen by eye.
class Coordinates final : public potential::Calculator {
 public:
  explicit Coordinates(bool known = true) : known_(known) {}
  double cutoff() const override { return 3; }
  potential::Evaluation evaluate(const core::Structure& structure,
                                 const potential::Request& request) const override {
    potential::Evaluation result;
    if (request.descriptors && known_)
      for (const Vec3& position : structure.positions) result.descriptors.emplace_back(position);
    return result;
  }

 private:
  bool known_;
};

Candidate cluster(std::vector<Vec3> positions, int number = 13) {
  Candidate candidate;
  candidate.structure.numbers.assign(positions.size(), number);
  candidate.structure.positions = std::move(positions);
  return candidate;
}

std::vector<std::size_t> indices(const std::vector<select::Pick>& picks) {
  std::vector<std::size_t> result;
  for (const select::Pick& pick : picks) result.push_back(pick.index);
  return result;
}

std::vector<Candidate> random_candidates(int count) {
  auto engine = core::random_engine(2, "select test");
  std::vector<Candidate> candidates;
  for (int k = 0; k < count; ++k) {
    std::vector<Vec3> positions;
    for (int i = 0; i < 4; ++i)
      positions.push_back(Vec3::NullaryExpr([&] { return core::normal(engine); }));
    candidates.push_back(cluster(positions, k % 3 == 0 ? 28 : 13));
  }
  return candidates;
}

}  // namespace

TEST_CASE(
    "the candidates whose atoms span the descriptors come first, the one with most atoms leading") {
  const std::vector<Candidate> candidates = {cluster({{0.1, 0, 0.1}, {0, 0.2, 0}}),
                                             cluster({{9, 0, 0}, {0, 8, 0}}),
                                             cluster({{0.3, 0.2, 0.1}}), cluster({{0, 0, 7}})};
  const auto picks = select::d_optimal(candidates, {}, Coordinates(), 2);
  CHECK(indices(picks) == std::vector<std::size_t>{1, 3});
  CHECK(picks[0].priority > picks[1].priority);
  CHECK(picks[0].reason.find("2 of its 2 atoms") != std::string::npos);
}

TEST_CASE("further rounds fill up to the count with falling priority, each candidate once") {
  const std::vector<Candidate> candidates = random_candidates(30);
  const auto picks = select::d_optimal(candidates, {}, Coordinates(), 20);
  const auto taken = indices(picks);
  CHECK(picks.size() == 20);
  CHECK(std::set<std::size_t>(taken.begin(), taken.end()).size() == 20);
  for (std::size_t k = 1; k < picks.size(); ++k) CHECK(picks[k].priority <= picks[k - 1].priority);
  CHECK(indices(select::d_optimal(candidates, {}, Coordinates(), 20)) == taken);
  const auto fewer = indices(select::d_optimal(candidates, {}, Coordinates(), 5));
  CHECK(std::equal(fewer.begin(), fewer.end(), taken.begin()));
  CHECK(select::d_optimal(candidates, {}, Coordinates(), 100).size() == 30);
}

TEST_CASE(
    "with fewer atoms than descriptors the most spread structures come first, not the first") {
  // MaxVol takes every atom here and leaves the order open.
  const std::vector<Candidate> candidates = {cluster({{1, 0.01, 0}}), cluster({{1, 0, 0.01}}),
                                             cluster({{-2, 3, 0}})};
  CHECK(indices(select::d_optimal(candidates, {}, Coordinates(), 1)) ==
        std::vector<std::size_t>{2});
}

TEST_CASE("what is known already adds nothing") {
  const std::vector<Candidate> candidates = {cluster({{5, 0, 0}}), cluster({{0, 1, 0}})};
  const std::vector<Candidate> known = {cluster({{5, 0.1, 0}})};
  CHECK(indices(select::d_optimal(candidates, {}, Coordinates(), 1)).size() == 1);
  CHECK(indices(select::d_optimal(candidates, known, Coordinates(), 1)) ==
        std::vector<std::size_t>{1});
}

TEST_CASE("what a known structure masks is not known") {
  const std::vector<Candidate> candidates = {cluster({{5, 0, 0}}), cluster({{0, 1, 0}})};
  std::vector<Candidate> known = {cluster({{5, 0.1, 0}, {0.1, 1, 0}})};
  known[0].force_mask = {0, 1};
  CHECK(indices(select::d_optimal(candidates, known, Coordinates(), 1)) ==
        std::vector<std::size_t>{0});
}

TEST_CASE("no three span much more than the three picked") {
  const std::vector<Candidate> candidates = random_candidates(12);
  std::vector<select::SpeciesDescriptors> all;
  for (const auto& c : candidates)
    all.push_back(select::descriptors_of(c.structure, {}, Coordinates()));
  const auto volume_of = [&](const std::vector<std::size_t>& taken) {
    select::Volume volume(all);
    double sum = 0;
    for (const std::size_t k : taken) {
      sum += volume.gain(all[k]);
      volume.take(all[k]);
    }
    return sum;
  };
  const double picked = volume_of(indices(select::d_optimal(candidates, {}, Coordinates(), 3)));
  double largest = 0, sum = 0;
  for (std::size_t a = 0; a < 12; ++a)
    for (std::size_t b = 0; b < a; ++b)
      for (std::size_t c = 0; c < b; ++c) {
        const double volume = volume_of({a, b, c});
        largest = std::max(largest, volume);
        sum += volume;
      }
  CHECK(picked > 0.95 * largest);
  CHECK(picked > 1.02 * sum / 220);
}

TEST_CASE("the volume is the determinant") {
  const std::vector<select::SpeciesDescriptors> all = {{{13, Eigen::MatrixXd{{1, 0}, {0, 2}}}},
                                                       {{13, Eigen::MatrixXd{{1, 3}, {1, -2}}}}};
  select::Volume volume(all);
  const double first = volume.gain(all[0]);
  volume.take(all[0]);
  const double total = first + volume.gain(all[1]);
  // rms of the rows: sqrt(11/4), 1.5
  Eigen::MatrixXd b{{1, 0, 1, 3}, {0, 2, 1, -2}};
  b.row(0) /= std::sqrt(11.0 / 4);
  b.row(1) /= 1.5;
  const Eigen::Matrix2d information = Eigen::Matrix2d::Identity() + b * b.transpose() / 1e-3;
  CHECK(total == doctest::Approx(std::log(information.determinant())));
}

TEST_CASE("each species is spanned on its own") {
  const std::vector<Candidate> candidates = {cluster({{5, 0, 0}, {0, 5, 0}, {0, 0, 5}}, 13),
                                             cluster({{1, 0, 0}}, 13),
                                             cluster({{0.1, 0, 0}, {0, 0.1, 0}, {0, 0, 0.1}}, 28)};
  auto taken = indices(select::d_optimal(candidates, {}, Coordinates(), 2));
  CHECK(std::set<std::size_t>(taken.begin(), taken.end()) == std::set<std::size_t>{0, 2});
}

TEST_CASE("masked atoms do not speak for a candidate") {
  std::vector<Candidate> candidates = {cluster({{9, 0, 0}, {1, 0, 0}}), cluster({{3, 0, 0}})};
  CHECK(indices(select::d_optimal(candidates, {}, Coordinates(), 1)) ==
        std::vector<std::size_t>{0});
  candidates[0].force_mask = {0, 1};
  CHECK(indices(select::d_optimal(candidates, {}, Coordinates(), 1)) ==
        std::vector<std::size_t>{1});
}

TEST_CASE("a copy of what was taken is not worth paying for") {
  const std::vector<Candidate> candidates = {cluster({{1, 2, 3}}), cluster({{1, 2, 3}}),
                                             cluster({{3, -1, 2}})};
  CHECK(select::d_optimal(candidates, {}, Coordinates(), 3).size() == 2);
  CHECK(select::farthest_point(candidates, {}, Coordinates(), 3).size() == 2);
}

TEST_CASE("farthest point starts at the outlier and then keeps away from all taken") {
  std::vector<Candidate> candidates;
  for (double x : {0.0, 1.0, 2.0, 3.0, 20.0}) candidates.push_back(cluster({{x, 0, 0}}));
  const auto picks = select::farthest_point(candidates, {}, Coordinates(), 4);
  CHECK(indices(picks) == std::vector<std::size_t>{4, 0, 3, 1});
  for (std::size_t k = 1; k < picks.size(); ++k) CHECK(picks[3].priority < picks[1].priority);
}

TEST_CASE("farthest point keeps away from what is known") {
  std::vector<Candidate> candidates;
  for (double x : {0.0, 4.0, 10.0}) candidates.push_back(cluster({{x, 0, 0}}));
  const std::vector<Candidate> known = {cluster({{11, 0, 0}})};
  CHECK(indices(select::farthest_point(candidates, known, Coordinates(), 2)) ==
        std::vector<std::size_t>{0, 1});
  CHECK(select::farthest_point(candidates, candidates, Coordinates(), 3).empty());
}

TEST_CASE("a new species is far from all known ones") {
  const std::vector<Candidate> candidates = {cluster({{1, 1, 1}}, 13), cluster({{1, 1, 1}}, 28)};
  const std::vector<Candidate> known = {cluster({{1, 1.1, 1}}, 13)};
  CHECK(select::farthest_point(candidates, known, Coordinates(), 1)[0].index == 1);
}

TEST_CASE("nothing to choose from, nothing wanted, one candidate, no descriptors") {
  const std::vector<Candidate> one = {cluster({{1, 1, 1}})};
  CHECK(select::d_optimal({}, {}, Coordinates(), 3).empty());
  CHECK(select::farthest_point({}, {}, Coordinates(), 3).empty());
  CHECK(select::d_optimal(one, {}, Coordinates(), 0).empty());
  CHECK(select::farthest_point(one, {}, Coordinates(), 0).empty());
  CHECK(select::farthest_point(one, {}, Coordinates(), 5).size() == 1);
  CHECK_THROWS_AS((void)select::d_optimal(one, {}, Coordinates(false), 1), core::UserError);
  CHECK_THROWS_AS((void)select::farthest_point(one, {}, Coordinates(false), 1), core::UserError);
}
