// What a run does about the labels it has: magnetic branches and noise.
#include <doctest/doctest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "pipeline/steps.hpp"

using namespace mlip;
using namespace mlip::pipeline;

namespace {

core::Structure iron(double edge) {
  core::Structure structure;
  structure.cell.periodic = {true, true, true};
  structure.cell.vectors = core::Mat3::Identity() * edge;
  structure.numbers = {26, 26};
  structure.positions = {{0, 0, 0}, {edge / 2, edge / 2, edge / 2}};
  return structure;
}

core::Outcome iron_label(double edge, double moment, double finer = 0) {
  core::Outcome outcome;
  outcome.accepted = true;
  outcome.level_of_theory = "iron";
  outcome.labels.energy = -20 + (edge - 2.85) * (edge - 2.85) + (moment > 1 ? -0.8 : 0) + finer;
  outcome.labels.forces = {core::Vec3(finer, 0, 0), core::Vec3::Zero()};
  outcome.labels.magnetic_moments = {moment, moment};
  outcome.absolute_magnetization = 2 * moment;
  outcome.attempts = {{"none", "", 1, 10, ""}};
  return outcome;
}

/// Two branches: the one a calculation begins nearer to.
struct Branches final : dft::Oracle {
  mutable std::atomic<int> calls = 0;
  double finer = 0;

  [[nodiscard]] core::Outcome label(const core::Structure& structure, const std::string&,
                                    std::stop_token) const override {
    ++calls;
    const double edge = structure.cell.vectors(0, 0);
    return iron_label(edge, 2.2, finer * (edge - 2.8));
  }
  [[nodiscard]] core::Outcome label_from(const core::Structure& structure,
                                         const dft::MagneticStart& start, const std::string&,
                                         std::stop_token) const override {
    ++calls;
    auto outcome = iron_label(structure.cell.vectors(0, 0), start.moments.at(26) > 1 ? 2.2 : 0.0);
    outcome.attempts[0].remedy = start.name;
    return outcome;
  }
  [[nodiscard]] std::string level_of_theory() const override { return "iron"; }
  [[nodiscard]] double cost(const core::Structure&) const override { return 1; }
};

struct ReviewedRun {
  static inline int count = 0;
  std::filesystem::path root =
      std::filesystem::temp_directory_path() / fmt::format("label_review_{}_{}", getpid(), ++count);
  SystemConfig config;
  RunFolder folder{root};
  std::shared_ptr<Branches> usual = std::make_shared<Branches>(),
                            finer = std::make_shared<Branches>();
  Oracles oracles{usual, {}, finer};
  store::Database database = [this] {
    std::filesystem::create_directories(root);
    return store::Database(folder.database());
  }();
  Run run{config, folder, oracles, database};

  ReviewedRun() {
    config.dft.spin_polarized = true;
    for (const double edge : {2.82, 2.84, 2.86, 2.88}) {
      store::Record record;
      record.candidate.structure = iron(edge);
      record.candidate.config_type = "strain";
      record.state = store::State::labeled;
      record.outcome = iron_label(edge, edge == 2.84 ? 0.0 : 2.2);
      REQUIRE(bool(database.add(record)));
    }
  }
  ~ReviewedRun() { std::filesystem::remove_all(root); }
};

}  // namespace

TEST_CASE("labels off their branch are computed from other starts, once, and the lowest kept") {
  ReviewedRun reviewed;
  review_magnetism(reviewed.run);
  const int calls = reviewed.usual->calls;
  CHECK(calls >= 4);  // the collapsed label and its neighbour, from two starts each
  for (const auto& record : reviewed.database.all()) {
    CHECK(record.outcome.labels.magnetic_moments[0] == doctest::Approx(2.2));
    CHECK(record.outcome.absolute_magnetization.value() == doctest::Approx(4.4));
  }
  const auto moved = reviewed.database.get(2);
  CHECK(moved.outcome.attempts.front().fault == "magnetic state");
  CHECK(moved.outcome.attempts.size() == 3);
  CHECK(dft::tried_from_elsewhere(moved.outcome));
  review_magnetism(reviewed.run);
  CHECK(reviewed.usual->calls == calls);

  reviewed.config.dft.spin_polarized = false;
  ReviewedRun plain;
  plain.config.dft.spin_polarized = false;
  review_magnetism(plain.run);
  CHECK(plain.usual->calls == 0);
}

TEST_CASE("noise is measured once a run, on labels drawn by the seed") {
  ReviewedRun measured;
  measured.finer->finer = 0.1;
  measured.config.loop.noise_labels = 3;
  CHECK(noise_of(measured.run).structures == 0);
  measure_noise(measured.run);
  CHECK(measured.finer->calls == 3);
  const LabelNoise noise = noise_of(measured.run);
  CHECK(noise.structures == 3);
  CHECK(noise.force_mev_per_a > 0.1);
  CHECK(noise.force_mev_per_a < 10);
  measure_noise(measured.run);
  CHECK(measured.finer->calls == 3);

  ReviewedRun none;
  none.config.loop.noise_labels = 0;
  measure_noise(none.run);
  CHECK(none.finer->calls == 0);
}
