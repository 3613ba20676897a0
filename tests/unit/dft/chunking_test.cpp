// What a cluster's chunks are made of, with no cluster.
#include "dft/cluster/chunking.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "core/error.hpp"
#include "dft/cluster/cluster_executor.hpp"
#include "dft/cluster/retries.hpp"
#include "dft/espresso/recipe.hpp"
#include "dft/recipe.hpp"

using namespace mlip;
using namespace mlip::dft;

namespace {

std::size_t count_of(const std::vector<std::vector<std::size_t>>& chunks) {
  return std::accumulate(chunks.begin(), chunks.end(), std::size_t{0},
                         [](std::size_t sum, const auto& chunk) { return sum + chunk.size(); });
}

}  // namespace

TEST_CASE("chunks: all structures once, as long as asked for, balanced") {
  CHECK(chunks_of({}, {}).empty());
  CHECK(chunks_of(std::vector<double>(20, 30), {1800, 60, 100}).size() == 10);
  CHECK(chunks_of(std::vector<double>(20, 30), {1800, 0.1, 100}).size() == 20);
  CHECK(chunks_of(std::vector<double>(10000, 36), {1800, 60, 100}).size() == 200);
  CHECK(chunks_of(std::vector<double>(1000, 100), {1800, 60, 100}).size() == 100);
  CHECK(chunks_of({1e6, 1}, {1800, 60, 4}).size() == 2);
  std::vector<double> costs(97);
  for (std::size_t i = 0; i < costs.size(); ++i) costs[i] = double(1 + i * i % 50);
  const auto chunks = chunks_of(costs, {200, 60, 100});
  CHECK(count_of(chunks) == costs.size());
  std::vector<double> loads;
  for (const auto& chunk : chunks) {
    CHECK(std::ranges::is_sorted(chunk, std::greater(), [&](std::size_t k) { return costs[k]; }));
    loads.push_back(std::accumulate(chunk.begin(), chunk.end(), 0.0,
                                    [&](double sum, std::size_t k) { return sum + costs[k]; }));
  }
  CHECK(*std::ranges::max_element(loads) < 1.1 * *std::ranges::min_element(loads));
}

TEST_CASE("time limits are whole tens of minutes, up to the longest") {
  CHECK(first_time_limit(1, 86400) == 600);
  CHECK(first_time_limit(1800, 86400) == 7800);
  CHECK(first_time_limit(1e6, 86400) == 86400);
}

TEST_CASE("why a task ended: by its state, and by what slurmstepd printed") {
  using exec::TaskState;
  CHECK(cause_of(TaskState::time_limit, "") == Cause::time_limit);
  CHECK(cause_of(TaskState::node_failed, "") == Cause::node_failed);
  CHECK(cause_of(TaskState::completed, "") == Cause::lost);
  CHECK(cause_of(TaskState::cancelled, "") == Cause::cancelled);
  CHECK(cause_of(TaskState::failed, "Segmentation fault") == Cause::failed);
  CHECK(cause_of(TaskState::failed,
                 "slurmstepd: error: Step 4.batch exceeded memory limit (524288000 > 1), being "
                 "killed") == Cause::out_of_memory);
  CHECK(cause_of(TaskState::cancelled, "*** JOB 9 ON n CANCELLED AT x DUE TO TIME LIMIT ***") ==
        Cause::time_limit);
  for (const Retry& row : retries()) {
    CHECK(retry(row.cause).cause == row.cause);
    CHECK(cause_of_name(row.name) == row.cause);
  }
  CHECK_THROWS_AS((void)cause_of_name("bad luck"), core::UserError);
}

TEST_CASE("a recipe makes the same parameters again") {
  espresso::Parameters parameters;
  parameters.species["Al"] = {"/a/Al.UPF", "1f", "pbe", 3, 0.25};
  parameters.ecutwfc_ry = 1.0 / 3;
  parameters.spin_polarized = true;
  parameters.smearing = "mp";
  parameters.mpi_ranks = 7;
  const auto recipe = espresso::recipe_of(parameters);
  const auto again = espresso::parameters_of(nlohmann::ordered_json::parse(recipe.dump()));
  CHECK(espresso::recipe_of(again) == recipe);
  CHECK(again.ecutwfc_ry == parameters.ecutwfc_ry);
  CHECK(again.species.at("Al").pseudopotential == "/a/Al.UPF");
  CHECK(again.mpi_ranks == 7);
  for (const char* damaged :
       {"", "{}", "[1]", "{\"engine\": \"espresso\"}", "{\"engine\": \"abc\"}"})
    CHECK_THROWS_AS((void)open_recipe(damaged, std::filesystem::path("scratch"), 1),
                    core::UserError);
}
