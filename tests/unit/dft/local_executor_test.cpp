// Who labels what on how many ranks, and how that is found out.
#include "dft/local_executor.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <mutex>
#include <thread>

using namespace mlip;
using namespace mlip::dft;

namespace {

/// An atom costs 100 s on a core; ranks share k-points, with a loss.  Labels take no time.
class Parallel final : public Oracle, public MpiRanks {
 public:
  struct Log {
    std::mutex mutex;
    std::vector<int> tried, labelled;  ///< ranks
    int busy = 0, busiest = 0;         ///< cores
  };

  core::Outcome label(const core::Structure&, const std::string&, std::stop_token) const override {
    {
      const std::lock_guard lock(log->mutex);
      log->labelled.push_back(mine);
      log->busiest = std::max(log->busiest, log->busy += mine);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const std::lock_guard lock(log->mutex);
    log->busy -= mine;
    return {true, {}, "parallel", {{"none", "", 1, 1, "", mine}}, {}};
  }
  std::string level_of_theory() const override { return "parallel"; }
  double cost(const core::Structure& structure) const override {
    return seconds_an_atom * double(structure.size());
  }
  const MpiRanks* ranks() const override { return this; }
  int asked() const override { return by_user; }
  int shared_points(const core::Structure&) const override { return points; }
  std::shared_ptr<const Oracle> on(int number) const override {
    auto there = std::make_shared<Parallel>(*this);
    there->mine = number;
    return there;
  }
  std::optional<double> try_on(int number, const core::Structure&, double limit_seconds,
                               std::stop_token) const override {
    log->tried.push_back(number);
    const double seconds = 20 / std::pow(number, exponent);
    if (number > most || seconds > limit_seconds) return std::nullopt;
    return seconds;
  }

  std::shared_ptr<Log> log = std::make_shared<Log>();
  double seconds_an_atom = 100, exponent = 0.9;
  int by_user = 0, points = 100, most = 1000, mine = 1;
};

std::vector<Job> cells(std::initializer_list<int> atoms) {
  std::vector<Job> jobs;
  for (const int number : atoms) {
    core::Structure structure;
    structure.numbers.assign(std::size_t(number), 14);
    structure.positions.assign(std::size_t(number), core::Vec3::Zero());
    jobs.push_back({structure, "cell"});
  }
  return jobs;
}

std::vector<int> laid_out(const LocalExecutor& executor, const Parallel& oracle,
                          std::vector<Job> jobs) {
  executor.lay_out(oracle, jobs, {});
  std::vector<int> ranks;
  for (const Job& job : jobs) ranks.push_back(job.layout.ranks);
  return ranks;
}

struct MeasuredFolder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("local_executor_" + std::to_string(::getpid()));
  ~MeasuredFolder() { std::filesystem::remove_all(path); }
};

}  // namespace

TEST_CASE("where cores would lie idle the speed of ranks is measured, once, and used") {
  const MeasuredFolder folder;
  const Parallel oracle;
  std::vector<std::string> told;
  const LocalExecutor executor(8, folder.path, [&](const auto& text) { told.push_back(text); });
  CHECK(laid_out(executor, oracle, cells({1})) == std::vector{8});
  CHECK(oracle.log->tried == std::vector{1, 2, 4, 8});
  REQUIRE(told.size() == 2);
  CHECK(told[1] ==
        "Si is 1.9 times as fast on 2 ranks, 3.5 times as fast on 4 ranks, 6.5 times "
        "as fast on 8 ranks");
  CHECK(laid_out(LocalExecutor(8, folder.path), oracle, cells({2, 2})) == std::vector{4, 4});
  CHECK(oracle.log->tried.size() == 4);
}

TEST_CASE("nothing is measured where nothing can be gained by it") {
  const Parallel oracle;
  CHECK(laid_out(LocalExecutor(2), oracle, cells({1, 1})) == std::vector{1, 1});
  CHECK(laid_out(LocalExecutor(1), oracle, cells({1})) == std::vector{1});
  Parallel cheap;
  cheap.seconds_an_atom = 3;
  CHECK(laid_out(LocalExecutor(2), cheap, cells({1})) == std::vector{1});
  Parallel gamma;
  gamma.points = 1;  // of which ranks share the plane waves
  CHECK(laid_out(LocalExecutor(2), gamma, cells({1})) == std::vector{2});
  CHECK(oracle.log->tried.empty());
  CHECK(cheap.log->tried.empty());
  CHECK(gamma.log->tried == std::vector{1, 2});
}

TEST_CASE("a measurement ends where more ranks gain nothing or do not run") {
  Parallel slow;
  slow.exponent = -1;  // as on a machine that is busy
  CHECK(laid_out(LocalExecutor(16), slow, cells({1})) == std::vector{1});
  CHECK(slow.log->tried == std::vector{1, 2});
  Parallel four;
  four.most = 4;
  CHECK(laid_out(LocalExecutor(16), four, cells({1})) == std::vector{4});
  CHECK(four.log->tried == std::vector{1, 2, 4, 8});
  Parallel few;
  few.points = 5;
  CHECK(laid_out(LocalExecutor(16), few, cells({1})) == std::vector{5});
  CHECK(few.log->tried == std::vector{1, 2, 4, 5});
  Parallel broken;
  broken.most = 0;
  CHECK(laid_out(LocalExecutor(16), broken, cells({1})) == std::vector{1});
  CHECK(broken.log->tried == std::vector{1});
}

TEST_CASE("ranks that the user asked for are taken as they are") {
  Parallel oracle;
  oracle.by_user = 4;
  CHECK(laid_out(LocalExecutor(8), oracle, cells({1, 1, 1})) == std::vector{4, 4, 4});
  oracle.by_user = 1;
  CHECK(laid_out(LocalExecutor(8), oracle, cells({1})) == std::vector{1});
  CHECK(oracle.log->tried.empty());
}

TEST_CASE("jobs run on their ranks, and never on more cores than there are") {
  Parallel oracle;
  auto jobs = cells({5, 1, 4, 1, 1, 1, 1, 3, 1, 1});
  jobs[0].layout = {8, 6};
  jobs[2].layout = {3, 2};
  jobs[7].layout = {2, 2};
  std::vector<int> ranks(jobs.size());
  LocalExecutor(4).label(oracle, jobs, {}, [&](std::size_t k, const core::Outcome& outcome) {
    ranks[k] = outcome.attempts[0].ranks;
  });
  CHECK(ranks == std::vector{8, 1, 3, 1, 1, 1, 1, 2, 1, 1});
  CHECK(oracle.log->labelled[0] == 8);
  CHECK(oracle.log->labelled[1] == 3);
  oracle.log->busiest = 0;
  oracle.by_user = 2;
  const LocalExecutor executor(4);
  executor.lay_out(oracle, jobs, {});
  executor.label(oracle, jobs, {}, [](std::size_t, const core::Outcome&) {});
  CHECK(oracle.log->busiest == 4);
}
