#include "pipeline/background_fit.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include "core/seed.hpp"
#include "potential/lennard_jones.hpp"

using namespace mlip;
namespace fs = std::filesystem;

namespace {

/// Rattled face-centred argon.
std::vector<fit::Item> labelled(std::size_t count) {
  const potential::LennardJones truth({{18, {0.0104, 3.4}}}, 6.0);
  auto engine = core::random_engine(3, "background fit");
  std::vector<fit::Item> items(count);
  for (fit::Item& item : items) {
    core::Structure& cell = item.structure;
    cell.cell.vectors = 5.3 * core::Mat3::Identity();
    cell.cell.periodic = {true, true, true};
    cell.numbers = {18, 18, 18, 18};
    cell.positions = {{0, 0, 0}, {0, 2.65, 2.65}, {2.65, 0, 2.65}, {2.65, 2.65, 0}};
    for (core::Vec3& position : cell.positions)
      for (double& x : position) x += 0.1 * core::normal(engine);
    const auto found = truth.evaluate(cell);
    item.labels.energy = found.energy;
    item.labels.forces = found.forces;
  }
  return items;
}

}  // namespace

TEST_CASE("a generation's fit makes the rows of its new structures only") {
  pipeline::SystemConfig config;
  config.elements = {"Ar"};
  config.basis = {{4}, {0}, 6.0};
  const pipeline::RunFolder folder{fs::temp_directory_path() /
                                   ("mlip-background-" + std::to_string(getpid()))};
  fs::create_directories(folder.root);
  const pipeline::Oracles oracles;
  store::Database database(folder.database());
  pipeline::Run run(config, folder, oracles, database), afresh(config, folder, oracles, database);
  const auto items = labelled(8);
  (void)pipeline::BackgroundFit(run, 0, {items.begin(), items.begin() + 6}, {0.0}).get(run);
  CHECK(run.row_cache->made() == 6);
  const auto next = pipeline::BackgroundFit(run, 1, items, {0.0}).get(run);
  CHECK(run.row_cache->made() == 8);
  const auto alone = pipeline::BackgroundFit(afresh, 1, items, {0.0}).get(afresh);
  CHECK(afresh.row_cache->made() == 8);
  CHECK(next.information.mean == alone.information.mean);
  fs::remove_all(folder.root);
}
