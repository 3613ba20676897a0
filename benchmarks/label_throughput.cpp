/// What writing labels costs: 5000 labels of a model that takes no time, into a ledger and into the
/// database of a run with its journal, and the memory each needs.
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <filesystem>

#include "core/seed.hpp"
#include "dft/ledger.hpp"
#include "dft/model_oracle.hpp"
#include "generate/generate.hpp"
#include "pipeline/labelling.hpp"
#include "potential/lennard_jones.hpp"

using namespace mlip;

namespace {

std::vector<core::Structure> structures(std::size_t count) {
  core::Structure cell;
  cell.cell.vectors = 5.2 * core::Mat3::Identity();
  cell.cell.periodic = {true, true, true};
  cell.numbers = {18, 18, 18, 18};
  cell.positions = {{0, 0, 0}, {2.6, 2.6, 0}, {2.6, 0, 2.6}, {0, 2.6, 2.6}};
  const auto supercell = core::repeat(cell, {2, 1, 1});
  std::vector<core::Structure> made;
  for (std::size_t k = 0; k < count; ++k) made.push_back(generate::rattled(supercell, 0.2, k + 1));
  return made;
}

double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return double(usage.ru_maxrss) / 1024;
}

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::uintmax_t bytes_of(const std::filesystem::path& folder) {
  std::uintmax_t sum = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) sum += entry.file_size();
  return sum;
}

void print(const char* what, std::size_t count, double begin, double memory) {
  fmt::print("{:<22} {:6} labels  {:8.0f} labels/s  {:+7.1f} MiB\n", what, count,
             double(count) / (seconds() - begin), peak_mib() - memory);
}

void into_ledger(const dft::Oracle& oracle, const std::vector<core::Structure>& all,
                 const std::filesystem::path& file) {
  std::vector<dft::Job> jobs;
  for (const auto& structure : all) jobs.push_back({structure, "frame"});
  double memory = peak_mib(), begin = seconds();
  {
    dft::Ledger ledger(file, oracle.level_of_theory());
    dft::compute_batch(oracle, jobs, 2, {}, [&](std::size_t k, const core::Outcome& outcome) {
      ledger.add(all[k], outcome);
    });
  }
  print("ledger", all.size(), begin, memory);
  memory = peak_mib(), begin = seconds();
  const dft::Ledger again(file, oracle.level_of_theory());
  std::size_t found = 0;
  for (const auto& structure : all) found += again.find(structure) ? 1 : 0;
  print("ledger, resumed", found, begin, memory);
}

void into_database(const pipeline::Oracles& oracles, const std::vector<core::Structure>& all,
                   const std::filesystem::path& folder) {
  const pipeline::SystemConfig config;
  const pipeline::RunFolder run_folder{folder};
  std::filesystem::create_directories(folder);
  store::Database database(run_folder.database());
  database.transaction([&] {
    for (const auto& structure : all) {
      store::Record record;
      record.candidate.structure = structure;
      record.state = store::State::queued;
      (void)database.add(record);
    }
  });
  pipeline::Run run(config, run_folder, oracles, database);
  run.executor = std::make_shared<dft::LocalExecutor>(2);
  run.timeline.sessions.push_back({pipeline::now_seconds(), pipeline::now_seconds()});
  auto records = pipeline::records_of(database, store::State::queued, {pipeline::Role::training});
  run.enter("label", records.size());
  const std::size_t count = records.size();
  const double memory = peak_mib(), begin = seconds();
  pipeline::label_records(run, *oracles.structures, std::move(records));
  print("database and journal", count, begin, memory);
  fmt::print("{:<22} {:.1f} kB a structure of {} atoms on disk\n", "",
             double(bytes_of(folder)) / 1000 / double(count), all.front().size());
}

}  // namespace

int main() {
  const auto folder =
      std::filesystem::temp_directory_path() / fmt::format("mlip-bench-{}", getpid());
  std::filesystem::create_directories(folder);
  const auto oracle = std::make_shared<dft::ModelOracle>(std::make_shared<potential::LennardJones>(
      std::map<int, potential::LennardJonesSpecies>{{18, {0.0104, 3.4}}}, 6.0));
  for (const std::size_t count : {1250u, 5000u, 20000u}) {
    const auto all = structures(count);
    into_ledger(*oracle, all, folder / fmt::format("ledger_{}", count));
    into_database({oracle, [&](int) { return oracle; }}, all,
                  folder / fmt::format("run_{}", count));
  }
  std::filesystem::remove_all(folder);
}
