// A cluster in the test's own process: its tasks label on the caller's thread, or fail as told.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <map>
#include <numeric>

#include "core/error.hpp"
#include "core/file_lock.hpp"
#include "dft/cluster/batch_folder.hpp"
#include "dft/cluster/chunk_task.hpp"
#include "dft/cluster/cluster_executor.hpp"
#include "dft/espresso/recipe.hpp"
#include "dft/recipe.hpp"

using namespace mlip;
using namespace mlip::dft;
namespace fs = std::filesystem;

namespace {

/// Energy of a structure is that of its place on the x axis.
class PlaceOracle final : public Oracle {
 public:
  [[nodiscard]] core::Outcome label(const core::Structure& structure, const std::string& name,
                                    std::stop_token) const override {
    return label_from(structure, {}, name, {});
  }
  [[nodiscard]] core::Outcome label_from(const core::Structure& structure,
                                         const MagneticStart& start, const std::string& name,
                                         std::stop_token) const override {
    ++(*labelled)[name];
    core::Outcome outcome;
    outcome.level_of_theory = level;
    if (starved_names.contains(name)) {
      outcome.attempts = {{"killed", "", 1, 0, "signal 9"}};
      return outcome;
    }
    outcome.accepted = true;
    outcome.labels.energy = structure.positions[0][0];
    if (start.moments.contains(18)) outcome.absolute_magnetization = start.moments.at(18);
    outcome.labels.forces = {{0, 0, 0}};
    outcome.attempts = {{"none", "", 1, 1, ""}};
    if (heals) outcome.attempts = {{"killed", "", 1, 1, ""}, {"none", "once more", 2, 1, ""}};
    return outcome;
  }
  [[nodiscard]] core::Experience experience() const override { return *known; }
  void learn(const core::Experience& others) const override { known->add(others); }
  [[nodiscard]] std::string level_of_theory() const override { return level; }
  [[nodiscard]] double cost(const core::Structure&) const override { return 10; }
  [[nodiscard]] std::string recipe() const override { return text; }

  std::string level = "place", text = "recipe";
  std::map<std::string, int> starved_names;
  bool heals = false;
  std::shared_ptr<core::Experience> known = std::make_shared<core::Experience>();
  std::shared_ptr<std::map<std::string, int>> labelled =
      std::make_shared<std::map<std::string, int>>();
};

std::vector<Job> places(int count) {
  std::vector<Job> jobs;
  for (int i = 0; i < count; ++i) {
    core::Structure structure;
    structure.numbers = {18};
    structure.positions = {{0.1 * i, 0, 0}};
    jobs.push_back({structure, fmt::format("job_{}", i)});
  }
  return jobs;
}

/// How the next tasks end; empty: well.
struct Fate {
  exec::TaskState state = exec::TaskState::completed;
  bool labels = true;       ///< before it ends
  std::string output = "";  ///< what it prints
  std::string refusal = "";
};

class ToyCluster final : public exec::Cluster {
 public:
  explicit ToyCluster(const PlaceOracle& oracle) : oracle_(oracle) {}

  exec::Answer submit(const exec::ArrayJob& job, std::stop_token) override {
    CHECK_FALSE(jobs.contains(job.name));
    if (silent > 0 && --silent >= 0) return {exec::Submission::unreachable, "down"};
    if (most_memory > 0 && job.memory_mb > most_memory)
      return {exec::Submission::refused, "too much memory"};
    jobs.emplace(job.name, job);
    for (const int task : job.tasks) start(job, task);
    if (dies_after_submission) throw std::runtime_error("killed");
    return {};
  }
  core::Result<std::vector<exec::TaskReport>> ask(std::span<const std::string> names,
                                                  std::stop_token) override {
    if (silent > 0 && --silent >= 0) return core::Failure{"down"};
    for (const auto& [batch, task, attempt] : std::exchange(running, {})) end(batch, task, attempt);
    std::vector<exec::TaskReport> answer;
    for (const auto& report : reports)
      if (std::ranges::count(names, report.job) > 0) answer.push_back(report);
    return answer;
  }
  void cancel(std::span<const std::string> names) override {
    cancelled.insert(cancelled.end(), names.begin(), names.end());
  }

  std::map<std::string, exec::ArrayJob> jobs;
  std::vector<exec::TaskReport> reports;
  std::vector<std::string> cancelled;
  std::vector<Fate> fates;  ///< of the tasks to come, the first first
  int silent = 0;           ///< questions without an answer
  int most_memory = 0;
  bool dies_after_submission = false;
  bool forgets = false;
  bool takes_time = false;  ///< tasks run until the next question
  std::size_t most_running = 0;
  std::vector<std::shared_ptr<core::Experience>> tasks;  ///< what each was told

 private:
  void start(const exec::ArrayJob& job, int task) {
    Fate fate;
    if (!fates.empty()) {
      fate = fates.front();
      fates.erase(fates.begin());
    }
    const auto batch = BatchFolder::open(job.folder);
    REQUIRE(batch);
    const int attempt = std::stoi(job.argv.back());
    CHECK(job.argv[1] == "chunk");
    exec::TaskReport report{job.name,   task,  fmt::format("{}_{}", jobs.size(), task),
                            fate.state, "why", false};
    if (fate.state == exec::TaskState::waiting) {
      report.reason = "InvalidQOS";
      report.hopeless = true;
    } else if (takes_time) {
      report.state = exec::TaskState::running;
      running.push_back({*batch, reports.size(), attempt});
      most_running = std::max(most_running, running.size());
    } else if (fate.labels) {
      label(*batch, {task, attempt});
    }
    std::ofstream(job.folder / fmt::format("output_{}.txt", report.id)) << fate.output;
    if (!forgets) reports.push_back(report);
  }
  void end(const BatchFolder& batch, std::size_t place, int attempt) {
    label(batch, {reports[place].task, attempt});
    reports[place].state = exec::TaskState::completed;
  }
  void label(const BatchFolder& batch, const ChunkTask& task) {
    const auto open = [&] {
      auto oracle = std::make_shared<PlaceOracle>(oracle_);
      oracle->known = std::make_shared<core::Experience>();  // a process of its own
      tasks.push_back(oracle->known);
      return oracle;
    };
    CHECK(label_chunk(batch, task, open, {}));
  }

  struct Running {
    BatchFolder batch;
    std::size_t report;
    int attempt;
  };
  std::vector<Running> running;
  const PlaceOracle& oracle_;
};

/// A folder, an oracle, a cluster, and what was told.
struct Site {
  fs::path folder = fs::temp_directory_path() / fmt::format("mlip-cluster-{}", getpid());
  PlaceOracle oracle;
  std::shared_ptr<ToyCluster> cluster = std::make_shared<ToyCluster>(oracle);
  ClusterOptions options;
  std::vector<Job> jobs = places(6);
  std::map<std::size_t, core::Outcome> outcomes;
  std::string told;

  Site() {
    fs::remove_all(folder);
    options.folder = folder / "chunks";
    options.scratch = folder / "scratch";
    options.program = "/opt/mlip-auto";
    options.sizes = {30, 30, 100};  // two chunks of three
    options.poll_seconds = options.grace_seconds = 0.001;
    options.memory_mb = 1000;
  }
  ~Site() { fs::remove_all(folder); }

  void label(std::stop_token stop = {}) {
    ClusterExecutor(cluster, options, [this](const std::string& text) {
      told += text + '\n';
    }).label(oracle, jobs, stop, [this](std::size_t index, const core::Outcome& outcome) {
      CHECK_FALSE(outcomes.contains(index));
      outcomes[index] = outcome;
    });
  }
  void check_all_labelled_once() {
    REQUIRE(outcomes.size() == jobs.size());
    for (const auto& [index, outcome] : outcomes) {
      CHECK(outcome.accepted);
      CHECK(*outcome.labels.energy == jobs[index].structure.positions[0][0]);
    }
    for (const auto& [name, times] : *oracle.labelled) CHECK(times == 1);
    for (const auto& entry : fs::directory_iterator(options.folder))
      CHECK(entry.path().filename() == "lock");
  }
  std::string error() {
    try {
      label();
    } catch (const core::UserError& error) {
      return error.what();
    }
    return "";
  }
};

}  // namespace

TEST_CASE("everything is labelled, in chunks of one job") {
  Site site;
  site.label();
  site.check_all_labelled_once();
  REQUIRE(site.cluster->jobs.size() == 1);
  const auto& job = site.cluster->jobs.begin()->second;
  CHECK(job.tasks == std::vector{0, 1});
  CHECK(job.seconds == 600);
  CHECK(job.memory_mb == 1000);
}

TEST_CASE("equal structures are labelled once") {
  Site site;
  site.jobs.push_back({site.jobs[2].structure, "twin"});
  site.label();
  site.check_all_labelled_once();
}

TEST_CASE("a queue is never given many more tasks than may run at once") {
  Site site;
  site.cluster->takes_time = true;
  site.options.sizes = {10, 10, 2};
  site.options.tasks_of_a_job = 2;
  site.label();
  site.check_all_labelled_once();
  CHECK(site.cluster->jobs.size() == 3);
  CHECK(site.cluster->most_running == 2);
}

TEST_CASE("a structure from other moments is another job, of its own outcome") {
  Site site;
  site.jobs.push_back({site.jobs[2].structure, "high", {"high spin", {{18, 2.0}}, true}});
  site.jobs.push_back({site.jobs[2].structure, "low", {"", {{18, 1.0 / 3}}, false}});
  site.label();
  site.check_all_labelled_once();
  CHECK_FALSE(site.outcomes.at(2).absolute_magnetization);
  CHECK(site.outcomes.at(6).absolute_magnetization == 2.0);
  CHECK(site.outcomes.at(7).absolute_magnetization == 1.0 / 3);
}

TEST_CASE("tasks are told what healed before, and what heals there is learnt here") {
  Site site;
  site.oracle.heals = true;
  const core::Experience before{{{{"killed", "slowly, \"quoted\""}, {7, 3, 0.1}}}, 0.1};
  site.oracle.learn(before);
  site.label();
  CHECK(site.cluster->tasks.size() == 2);
  for (const auto& known : site.cluster->tasks) CHECK(*known == before);
  CHECK(site.oracle.known->tallies.at({"killed", "once more"}) == core::Tally{6, 6, 12});
  CHECK(site.oracle.known->seconds == doctest::Approx(12.1));
}

TEST_CASE("a cluster that does not answer is waited for") {
  Site site;
  site.cluster->silent = 3;
  site.label();
  site.check_all_labelled_once();
  CHECK(site.told.find("takes no job now: down") != std::string::npos);
}

TEST_CASE("what fails on the cluster is submitted again on the terms of its cause") {
  using exec::TaskState;
  for (const TaskState state : {TaskState::preempted, TaskState::node_failed, TaskState::failed,
                                TaskState::cancelled, TaskState::completed}) {
    CAPTURE(static_cast<int>(state));
    Site site;
    site.cluster->fates = {{state, false}, {state, false}};
    site.label();
    site.check_all_labelled_once();
    REQUIRE(site.cluster->jobs.size() == 2);
    CHECK(site.cluster->jobs.rbegin()->second.memory_mb == 1000);
  }
  Site hungry;
  hungry.cluster->fates = {{TaskState::out_of_memory, false}};
  hungry.label();
  hungry.check_all_labelled_once();
  CHECK(hungry.cluster->jobs.rbegin()->second.memory_mb == 2000);
  CHECK(hungry.cluster->jobs.rbegin()->second.tasks == std::vector{0});
  Site slow;
  slow.cluster->fates = {{TaskState::time_limit, false}, {TaskState::time_limit, false}};
  slow.label();
  slow.check_all_labelled_once();
  CHECK(slow.cluster->jobs.rbegin()->second.seconds == 1200);
}

TEST_CASE("done.json is the truth, whatever the cluster says") {
  Site site;
  site.cluster->fates = {{exec::TaskState::failed, true}, {exec::TaskState::node_failed, true}};
  site.label();
  site.check_all_labelled_once();
  CHECK(site.cluster->jobs.size() == 1);
}

TEST_CASE("jobs that the queue has forgotten are judged by their files") {
  Site site;
  site.cluster->forgets = true;
  site.cluster->fates = {{exec::TaskState::completed, true}, {exec::TaskState::completed, false}};
  site.label();
  site.check_all_labelled_once();
  CHECK(site.cluster->jobs.size() == 2);
}

TEST_CASE("killed between submission and its record: the job is found again by its name") {
  Site site;
  site.cluster->dies_after_submission = true;
  site.cluster->fates = {{exec::TaskState::running, false}, {exec::TaskState::running, false}};
  CHECK_THROWS_AS(site.label(), std::runtime_error);
  // The exception cancelled what a kill would have left.
  for (const auto& batch : fs::directory_iterator(site.options.folder))
    if (batch.is_directory()) fs::remove(batch.path() / "attempt_1.stopped");
  site.cluster->dies_after_submission = false;
  for (auto& report : site.cluster->reports) {
    report.state = exec::TaskState::completed;
    const auto& job = site.cluster->jobs.at(report.job);
    CHECK(label_chunk(*BatchFolder::open(job.folder), {report.task, 1},
                      [&] { return std::make_shared<PlaceOracle>(site.oracle); }, {}));
  }
  site.label();
  site.check_all_labelled_once();
  CHECK(site.cluster->jobs.size() == 1);
  CHECK(site.told.find("2 chunks of an earlier start are found again") != std::string::npos);
}

TEST_CASE("a stop cancels; the next start goes on with what is left") {
  Site site;
  site.cluster->fates = {{exec::TaskState::running, false}, {exec::TaskState::running, false}};
  std::stop_source source;
  ClusterExecutor(site.cluster, site.options, [&](const std::string&) {
    source.request_stop();
  }).label(site.oracle, site.jobs, source.get_token(), [](std::size_t, const core::Outcome&) {
    FAIL("nothing was labelled");
  });
  CHECK(site.cluster->cancelled.size() == 1);
  site.label();
  site.check_all_labelled_once();
  CHECK(site.cluster->jobs.size() == 2);
}

TEST_CASE("other means, the same physics: what is labelled is kept") {
  Site site;
  site.cluster->fates = {{exec::TaskState::running, true}, {exec::TaskState::running, false}};
  std::stop_source later;
  ClusterExecutor(site.cluster, site.options, [&](const std::string&) {
    later.request_stop();
  }).label(site.oracle, site.jobs, later.get_token(), [](std::size_t, const core::Outcome&) {});
  site.oracle.text = "another pw.x";
  site.outcomes.clear();
  site.label();
  REQUIRE(site.outcomes.size() == 6);
  for (const auto& [name, times] : *site.oracle.labelled) CHECK(times == 1);
}

TEST_CASE("a structure that no memory is enough for is given up alone") {
  Site site;
  site.oracle.starved_names = {{"job_3", 1}};
  site.cluster->most_memory = 3000;
  site.label();
  REQUIRE(site.outcomes.size() == 6);
  for (const auto& [index, outcome] : site.outcomes) {
    CHECK(outcome.accepted == (index != 3));
    if (index == 3) CHECK(outcome.attempts.back().fault == "out of memory");
  }
}

TEST_CASE("a chunk that always fails is split before anything is given up") {
  Site site;
  for (int k = 0; k < 6; ++k) site.cluster->fates.push_back({exec::TaskState::failed, false});
  site.label();
  site.check_all_labelled_once();
  CHECK(site.told.find("each structure alone") != std::string::npos);
}

TEST_CASE("what no structure is to blame for ends the run, and the next start tries again") {
  Site site;
  for (int k = 0; k < 6; ++k) site.cluster->fates.push_back({exec::TaskState::cancelled, false});
  CHECK(site.error().starts_with("cancelled: task "));
  CHECK_FALSE(site.cluster->cancelled.empty());
  site.cluster->fates.clear();
  site.label();
  site.check_all_labelled_once();
}

TEST_CASE("refusals of the cluster are told at once") {
  Site site;
  site.cluster->most_memory = 10;
  CHECK(site.error() == "the cluster refuses jobs: too much memory");
  Site hopeless;
  hopeless.cluster->fates = {{exec::TaskState::waiting, false}};
  CHECK(hopeless.error().find("would wait for ever: InvalidQOS") != std::string::npos);
}

TEST_CASE("an oracle without a recipe, and a folder that is in use") {
  Site site;
  site.oracle.text.clear();
  CHECK(site.error() == "this oracle cannot label on a cluster");
  site.oracle.text = "recipe";
  fs::create_directories(site.options.folder);
  const auto lock = core::FileLock::take(site.options.folder / "lock");
  REQUIRE(lock);
  CHECK(site.error().starts_with("another process labels in "));
}

TEST_CASE("an oracle that refuses says so in done.json") {
  Site site;
  const BatchDescription description{"another level", "recipe", site.folder, 1};
  fs::create_directories(site.options.folder);
  const auto batch = BatchFolder::create(site.options.folder, description,
                                         std::vector<std::vector<Job>>{site.jobs});
  CHECK_THROWS_AS((void)label_chunk(batch, {0, 3},
                                    [&] { return std::make_shared<PlaceOracle>(site.oracle); }, {}),
                  core::UserError);
  const auto end = batch.end(0);
  REQUIRE(end);
  CHECK(end->attempt == 3);
  CHECK(end->error.find("the level of theory is 'place' here") != std::string::npos);
  CHECK_FALSE(end->remedy.empty());
}

TEST_CASE("a batch is found where it was made, not where it was copied to") {
  Site site;
  fs::create_directories(site.options.folder);
  const auto batch = BatchFolder::create(site.options.folder, {"level", "recipe", site.folder, 2},
                                         std::vector<std::vector<Job>>{site.jobs});
  const auto again = BatchFolder::open(batch.path());
  REQUIRE(again);
  CHECK(again->description().workers == 2);
  CHECK(again->jobs(0).size() == 6);
  CHECK(again->jobs(0)[5].name == "job_5");
  CHECK(again->jobs(0)[5].structure.positions == site.jobs[5].structure.positions);
  CHECK(BatchFolder::create(site.options.folder, {"level", "recipe", site.folder, 2},
                            std::vector<std::vector<Job>>{site.jobs})
            .path() == batch.path());
  fs::copy(batch.path(), site.folder / "copy", fs::copy_options::recursive);
  CHECK_FALSE(BatchFolder::open(site.folder / "copy"));
  CHECK_FALSE(BatchFolder::open(site.folder / "nowhere"));
}
