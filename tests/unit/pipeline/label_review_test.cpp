// What a run does about the labels it has: magnetic branches and noise.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <mutex>

#include "core/error.hpp"
#include "dft/local_executor.hpp"
#include "dft/magnetism.hpp"
#include "pipeline/items.hpp"
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
  outcome.labels.stress = core::Mat3::Identity() * finer / 100;
  outcome.labels.magnetic_moments = {moment, moment};
  outcome.absolute_magnetization = 2 * moment;
  outcome.attempts = {{"none", "", 1, 10, ""}};
  return outcome;
}

/// Two branches: a calculation ends on the one that it begins nearer to.
struct Branches final : dft::Oracle {
  std::string level = "iron";
  double finer = 0;
  bool fails = false;
  int calls_left = 1000;  ///< the next one throws, as a kill would end the process
  mutable std::mutex mutex;
  mutable std::vector<std::string> calls;
  mutable std::vector<dft::MagneticStart> starts;

  [[nodiscard]] core::Outcome label(const core::Structure& structure, const std::string& name,
                                    std::stop_token stop) const override {
    return label_from(structure, {"", {{26, 2.2}}, false}, name, std::move(stop));
  }
  [[nodiscard]] core::Outcome label_from(const core::Structure& structure,
                                         const dft::MagneticStart& start, const std::string& name,
                                         std::stop_token) const override {
    const std::lock_guard lock(mutex);
    if (static_cast<int>(calls.size()) == calls_left) throw std::runtime_error("killed");
    calls.push_back(name);
    starts.push_back(start);
    const double edge = structure.cell.vectors(0, 0);
    auto outcome = iron_label(edge, start.moments.at(26) > 1 ? 2.2 : 0.0, finer * (edge - 2.8));
    outcome.level_of_theory = level;
    outcome.attempts[0].remedy = start.name;
    outcome.accepted = !fails;
    return outcome;
  }
  [[nodiscard]] std::string level_of_theory() const override { return level; }
  [[nodiscard]] double cost(const core::Structure& structure) const override {
    return double(structure.size()) / 2;
  }
};

SystemConfig iron_config() {
  SystemConfig config;
  config.elements = {"Fe"};
  config.basis = {{4, 2}, {0, 1}, 4.0};
  config.dft.spin_polarized = true;
  config.loop.noise_labels = 3;
  return config;
}

/// Four labels of iron, the second collapsed.
struct ReviewedRun {
  static inline int count = 0;
  std::filesystem::path root =
      std::filesystem::temp_directory_path() / fmt::format("label_review_{}_{}", getpid(), ++count);
  SystemConfig config = iron_config();
  RunFolder folder{root};
  std::shared_ptr<Branches> usual = std::make_shared<Branches>(),
                            finer = std::make_shared<Branches>();
  Oracles oracles{usual, {}, finer};
  store::Database database = [this] {
    std::filesystem::create_directories(root);
    return store::Database(folder.database());
  }();

  ReviewedRun() {
    finer->level = "finer";
    finer->finer = 0.1;
    for (const double edge : {2.82, 2.84, 2.865, 2.88}) {
      store::Record record;
      record.candidate.structure = iron(edge);
      record.candidate.config_type = "strain";
      record.state = store::State::labeled;
      record.outcome = iron_label(edge, edge == 2.84 ? 0.0 : 2.2);
      REQUIRE(bool(database.add(record)));
    }
  }
  ~ReviewedRun() { std::filesystem::remove_all(root); }

  /// A session of its own, on one core, so that the order of calls is known.
  template <class Step>
  void session(Step step) {
    Run run(config, folder, oracles, database);
    run.executor = std::make_shared<dft::LocalExecutor>(1);
    step(run);
  }
  void review(const ReviewScope& scope = {{Role::training}, {Role::training}},
              const std::string& step = "magnetism/0/training") {
    session([&](Run& run) { review_magnetism(run, step, scope); });
  }
  void measure() {
    session([](Run& run) { measure_noise(run, 0); });
  }
  /// Energy, moment and attempts of each row, and all documents.
  std::vector<std::string> content() {
    std::vector<std::string> rows;
    for (const auto& record : database.all()) {
      rows.push_back(fmt::format("{} {}", *record.outcome.labels.energy,
                                 record.outcome.labels.magnetic_moments[0]));
      for (const auto& attempt : record.outcome.attempts)
        rows.push_back(attempt.fault + " by " + attempt.remedy);
    }
    for (const char* prefix : {"magnetism/", "noise"})
      for (const auto& name : database.document_names(prefix))
        rows.push_back(name + *database.document(name));
    return rows;
  }
};

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::ranges::sort(names);
  return names;
}

}  // namespace

TEST_CASE("labels off their branch are computed from other starts, once, and the lowest kept") {
  ReviewedRun reviewed;
  reviewed.review();
  // The collapsed label and its nearest, from two starts each.
  const auto calls = reviewed.usual->calls;
  CHECK(calls.size() == 4);
  CHECK(std::ranges::count(calls, "row_2_high_spin") == 1);
  CHECK(std::ranges::count(calls, "row_2_moments_of_a_neighbour") == 1);
  for (const auto& record : reviewed.database.all()) {
    CHECK(record.outcome.labels.magnetic_moments[0] == doctest::Approx(2.2));
    CHECK(record.outcome.absolute_magnetization.value() == doctest::Approx(4.4));
    CHECK(record.outcome.level_of_theory == "iron");
  }
  const auto moved = reviewed.database.get(2).outcome;
  REQUIRE(moved.attempts.size() == 3);
  CHECK(moved.attempts[0].fault == "magnetic state");
  CHECK(moved.attempts[1].fault == "none");
  CHECK(moved.attempts[2].fault == "magnetic state");  // no lower than the one before
  reviewed.review();
  reviewed.review({{Role::training}, {Role::training}}, "magnetism/1/training");
  CHECK(reviewed.usual->calls == calls);
}

TEST_CASE(
    "no label is reviewed without spin of who labels, off a smooth branch, or out of its role") {
  ReviewedRun plain;
  plain.config.dft.spin_polarized = false;
  plain.review();
  CHECK(plain.usual->calls.empty());

  ReviewedRun plain_vasp;
  plain_vasp.config.vasp.emplace();
  plain_vasp.review();
  CHECK(plain_vasp.usual->calls.empty());

  ReviewedRun vasp;
  vasp.config.dft.spin_polarized = false;  // unused
  vasp.config.vasp.emplace().spin_polarized = true;
  vasp.review();
  CHECK(vasp.usual->calls.size() == 4);

  ReviewedRun smooth;
  auto collapsed = smooth.database.get(2);
  collapsed.outcome = iron_label(2.84, 2.2);
  smooth.database.update(collapsed);
  smooth.review();
  CHECK(smooth.usual->calls.empty());

  ReviewedRun held_out;
  collapsed = held_out.database.get(2);
  collapsed.holdout = true;
  held_out.database.update(collapsed);
  held_out.review();
  CHECK(held_out.usual->calls.empty());
  held_out.review({{Role::holdout}, {Role::training, Role::holdout}}, "magnetism/0/untrained");
  CHECK(held_out.usual->calls.size() == 2);
  CHECK(held_out.database.get(2).outcome.labels.magnetic_moments[0] == 2.2);

  ReviewedRun other_level;
  collapsed = other_level.database.get(2);
  collapsed.outcome.level_of_theory = "another";
  other_level.database.update(collapsed);
  other_level.review();
  CHECK(other_level.usual->calls.empty());
}

TEST_CASE("a review killed after any start goes on with the next") {
  ReviewedRun whole;
  whole.review();
  for (int done = 0; done < 4; ++done) {
    ReviewedRun killed;
    killed.usual->calls_left = done;
    CHECK_THROWS_AS(killed.review(), std::runtime_error);
    CHECK(killed.usual->calls.size() == std::size_t(done));
    killed.usual->calls_left = 1000;
    killed.review();
    CHECK(sorted(killed.usual->calls) == sorted(whole.usual->calls));
    CHECK(killed.content() == whole.content());
  }
}

TEST_CASE("noise is measured once a run, on labels drawn by the seed, begun as those ended") {
  ReviewedRun measured;
  measured.measure();
  CHECK(measured.finer->calls.size() == 3);
  CHECK(measured.usual->calls.empty());
  for (const auto& start : measured.finer->starts) {
    CHECK(start.name.empty());
    CHECK((start.moments.at(26) == 2.2 || start.moments.at(26) == 0));
  }
  const auto noise = noise_before(measured.database, 1);
  CHECK(noise.structures == 3);
  CHECK(noise.force_mev_per_a > 0.1);
  CHECK(noise.force_mev_per_a < 10);
  CHECK(noise.virial_mev_per_atom > 0);
  CHECK(noise_before(measured.database, 0).structures == 0);  // generation 0 is fitted meanwhile
  measured.measure();
  CHECK(measured.finer->calls.size() == 3);

  ReviewedRun none;
  none.config.loop.noise_labels = 0;
  none.measure();
  CHECK(none.finer->calls.empty());
  none.config.loop.noise_labels = 3;
  none.oracles.tighter = nullptr;
  none.measure();
  CHECK_FALSE(none.database.document("noise"));
}

TEST_CASE(
    "noise is measured where it takes a small part of the time left, and finished once begun") {
  ReviewedRun brief;
  brief.config.loop.wall_time_seconds = 15;  // three finer labels of a second are a fifth of it
  brief.measure();
  CHECK(brief.finer->calls.empty());
  CHECK_FALSE(brief.database.document("noise"));
  brief.config.loop.wall_time_seconds = 30;
  brief.finer->calls_left = 1;
  CHECK_THROWS_AS(brief.measure(), std::runtime_error);
  brief.config.loop.wall_time_seconds = 15;
  brief.finer->calls_left = 1000;
  brief.measure();
  CHECK(brief.finer->calls.size() == 3);
  CHECK(brief.database.document("noise"));
}

TEST_CASE("noise is measured on labels of the usual size, so that no supercell makes it too dear") {
  ReviewedRun mixed;
  store::Record record;
  record.candidate.structure = core::repeat(iron(2.95), {2, 2, 2});
  record.candidate.config_type = "supercell";
  record.state = store::State::labeled;
  record.outcome = iron_label(2.95, 2.2);
  record.outcome.labels.forces.assign(record.candidate.structure.size(), core::Vec3::Zero());
  record.outcome.labels.magnetic_moments.assign(record.candidate.structure.size(), 2.2);
  record.outcome.attempts[0].seconds = 8;
  const auto supercell = mixed.database.add(record);
  REQUIRE(supercell);
  mixed.config.loop.noise_labels = 5;
  mixed.config.loop.wall_time_seconds = 40;  // of which four usual labels take a tenth
  mixed.measure();
  CHECK(mixed.finer->calls.size() == 4);
  CHECK(std::ranges::count(mixed.finer->calls, fmt::format("noise_{}", supercell.value())) == 0);
}

TEST_CASE("what measures the noise is never a label: no row is of its level, none is trained on") {
  ReviewedRun measured;
  const auto before = measured.database.all();
  measured.measure();
  const auto after = measured.database.all();
  REQUIRE(after.size() == before.size());
  for (std::size_t i = 0; i < after.size(); ++i) {
    CHECK(after[i].outcome.level_of_theory == "iron");
    CHECK(after[i].outcome.attempts.size() == 1);
    CHECK(*after[i].outcome.labels.energy == *before[i].outcome.labels.energy);
  }
  measured.session([&](Run& run) {
    const auto items = items_of(run, Role::training);
    REQUIRE(items.size() == before.size());
    for (const auto& item : items) CHECK(item.labels.forces[0].norm() == 0);
  });
  CHECK(nlohmann::json::parse(*measured.database.document(
            measured.database.document_names("noise/").front()))["level_of_theory"] == "finer");
}

TEST_CASE("noise killed in its middle goes on; what failed is not tried again and counts nothing") {
  ReviewedRun whole;
  whole.measure();
  for (int done = 0; done < 3; ++done) {
    ReviewedRun killed;
    killed.finer->calls_left = done;
    CHECK_THROWS_AS(killed.measure(), std::runtime_error);
    killed.finer->calls_left = 1000;
    killed.measure();
    CHECK(sorted(killed.finer->calls) == sorted(whole.finer->calls));
    CHECK(killed.content() == whole.content());
  }
  ReviewedRun failing;
  failing.finer->fails = true;
  failing.finer->calls_left = 3;
  failing.measure();
  CHECK(noise_before(failing.database, 1).structures == 0);
  failing.measure();
  CHECK(failing.finer->calls.size() == 3);
}
