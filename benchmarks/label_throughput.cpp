/// What writing labels costs: those of a model that takes no time, into a ledger and into the
/// database of a run with its journal, and the memory each needs; and what kill -9 costs in the
/// middle of 5000.
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>

#include "core/seed.hpp"
#include "dft/ledger.hpp"
#include "dft/local_executor.hpp"
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

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) {
    return double(time.tv_sec) + 1e-6 * double(time.tv_usec);
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

/// Where something began.
struct Begin {
  double memory = peak_mib(), wall = seconds(), cpu = cpu_seconds();
};

std::uintmax_t bytes_of(const std::filesystem::path& folder) {
  std::uintmax_t sum = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) sum += entry.file_size();
  return sum;
}

void print(const char* what, std::size_t count, const Begin& begin) {
  fmt::print("{:<22} {:6} labels  {:8.0f} labels/s  {:8.0f} labels/CPU s  {:+7.1f} MiB\n", what,
             count, double(count) / (seconds() - begin.wall),
             double(count) / (cpu_seconds() - begin.cpu), peak_mib() - begin.memory);
}

void into_ledger(const dft::Oracle& oracle, const std::vector<core::Structure>& all,
                 const std::filesystem::path& file) {
  std::vector<dft::Job> jobs;
  for (const auto& structure : all) jobs.push_back({structure, "frame"});
  const Begin first;
  {
    dft::Ledger ledger(file, oracle.level_of_theory());
    dft::compute_batch(oracle, jobs, 2, {}, [&](std::size_t k, const core::Outcome& outcome) {
      ledger.add(all[k], outcome);
    });
  }
  print("ledger", all.size(), first);
  const Begin second;
  const dft::Ledger again(file, oracle.level_of_theory());
  std::size_t found = 0;
  for (const auto& structure : all) found += again.find(structure) ? 1 : 0;
  print("ledger, resumed", found, second);
}

/// The model, and the names of the structures it was asked for, a line each, in a file.
class Noted final : public dft::Oracle {
 public:
  Noted(std::shared_ptr<const dft::Oracle> model, const std::filesystem::path& file)
      : model_(std::move(model)), file_(open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644)) {}
  ~Noted() override { close(file_); }
  Noted(const Noted&) = delete;
  Noted& operator=(const Noted&) = delete;
  [[nodiscard]] core::Outcome label(const core::Structure& structure, const std::string& name,
                                    std::stop_token stop) const override {
    const std::string line = name + '\n';
    if (write(file_, line.data(), line.size()) < 0) std::abort();
    return model_->label(structure, name, std::move(stop));
  }
  [[nodiscard]] std::string level_of_theory() const override { return model_->level_of_theory(); }
  [[nodiscard]] double cost(const core::Structure& s) const override { return model_->cost(s); }

 private:
  std::shared_ptr<const dft::Oracle> model_;
  int file_;
};

void queue(const std::vector<core::Structure>& all, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  store::Database database(pipeline::RunFolder{folder}.database());
  database.transaction([&] {
    for (const auto& structure : all) {
      store::Record record;
      record.candidate.structure = structure;
      record.state = store::State::queued;
      (void)database.add(record);
    }
  });
}

void label_queued(const std::shared_ptr<const dft::Oracle>& oracle,
                  const std::filesystem::path& folder, const char* what) {
  const pipeline::SystemConfig config;
  const pipeline::RunFolder run_folder{folder};
  const pipeline::Oracles oracles{oracle, {}};
  store::Database database(run_folder.database());
  pipeline::Run run(config, run_folder, oracles, database);
  run.executor = std::make_shared<dft::LocalExecutor>(2);
  run.timeline.sessions.push_back({pipeline::now_seconds(), pipeline::now_seconds()});
  auto records = pipeline::records_of(database, store::State::queued, {pipeline::Role::training});
  run.enter("label", records.size());
  const std::size_t count = records.size();
  const Begin begin;
  pipeline::label_records(run, *oracle, std::move(records));
  print(what, count, begin);
}

std::set<std::string> stored(const std::filesystem::path& folder) {
  const store::Database database(pipeline::RunFolder{folder}.database(),
                                 store::Database::Mode::read_only);
  std::set<std::string> names;
  for (const auto& record : database.with_state(store::State::labeled))
    names.insert(pipeline::job_name(record.id));
  return names;
}

/// This program again, killed when the database has half of the labels.
void label_half(const std::filesystem::path& folder, std::size_t count) {
  const pid_t child = fork();
  if (child == 0) {
    execl("/proc/self/exe", "bench_label_throughput", folder.c_str(), nullptr);
    _exit(9);
  }
  const store::Database database(pipeline::RunFolder{folder}.database(),
                                 store::Database::Mode::read_only);
  while (database.count(store::State::labeled) < count / 2) usleep(2000);
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  if (!WIFSIGNALED(status)) throw std::runtime_error("all was labelled before the kill");
}

/// Killed by kill -9 in its middle and resumed: what was lost, what was computed twice.
void killed_and_resumed(const std::shared_ptr<const dft::Oracle>& model,
                        const std::vector<core::Structure>& all,
                        const std::filesystem::path& folder) {
  queue(all, folder);
  label_half(folder, all.size());
  const auto before = stored(folder);
  label_queued(std::make_shared<Noted>(model, folder / "asked_again"), folder, "database, resumed");
  const auto lines = [&](const char* file) {
    std::ifstream in(folder / file);
    return std::vector<std::string>(std::istream_iterator<std::string>(in), {});
  };
  const auto again = lines("asked_again");
  const auto repeated =
      std::ranges::count_if(again, [&](const auto& name) { return before.contains(name); });
  fmt::print(
      "{:<22} {} stored before, {} stored after, {} of those stored before asked for again, "
      "{} that were under way\n",
      "killed with -9", before.size(), stored(folder).size(), repeated,
      lines("asked").size() + again.size() - all.size());
  if (repeated > 0 || stored(folder).size() != all.size())
    throw std::runtime_error("labels were lost or repeated");
}

}  // namespace

int main(int argc, char** argv) {
  const auto model = std::make_shared<dft::ModelOracle>(std::make_shared<potential::LennardJones>(
      std::map<int, potential::LennardJonesSpecies>{{18, {0.0104, 3.4}}}, 6.0));
  if (argc > 1) {
    const std::filesystem::path folder = argv[1];
    label_queued(std::make_shared<Noted>(model, folder / "asked"), folder, "");
    return 0;
  }
  const auto folder =
      std::filesystem::temp_directory_path() / fmt::format("mlip-bench-{}", getpid());
  std::filesystem::create_directories(folder);
  for (const std::size_t count : {1250u, 5000u, 20000u}) {
    const auto all = structures(count);
    into_ledger(*model, all, folder / fmt::format("ledger_{}", count));
    const auto run = folder / fmt::format("run_{}", count);
    queue(all, run);
    label_queued(model, run, "database and journal");
    fmt::print("{:<22} {:.1f} kB a structure of {} atoms on disk\n", "",
               double(bytes_of(run)) / 1000 / double(count), all.front().size());
  }
  killed_and_resumed(model, structures(5000), folder / "killed");
  std::filesystem::remove_all(folder);
}
