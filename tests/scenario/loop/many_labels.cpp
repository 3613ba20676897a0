// Hundreds of labels of a fast oracle, killed again and again by kill -9.
#include <doctest/doctest.h>
#include <fcntl.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "cheap_run.hpp"
#include "dft/local_executor.hpp"
#include "generate/generate.hpp"
#include "generate/prototype.hpp"
#include "pipeline/labelling.hpp"

using namespace mlip;

namespace {

constexpr std::size_t many = 300;

/// 4 ms a label; the names of the structures it was asked for are lines of a file.
class NotedArgon final : public dft::Oracle {
 public:
  explicit NotedArgon(const std::filesystem::path& file)
      : model_(test::argon(), {}, 0.001),
        file_(open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644)) {}
  ~NotedArgon() override { close(file_); }
  NotedArgon(const NotedArgon&) = delete;
  NotedArgon& operator=(const NotedArgon&) = delete;
  [[nodiscard]] core::Outcome label(const core::Structure& structure, const std::string& name,
                                    std::stop_token stop) const override {
    const std::string line = name + '\n';
    if (write(file_, line.data(), line.size()) < 0) throw std::runtime_error("no line written");
    return model_.label(structure, name, std::move(stop));
  }
  [[nodiscard]] std::string level_of_theory() const override { return model_.level_of_theory(); }
  [[nodiscard]] double cost(const core::Structure& structure) const override {
    return model_.cost(structure);
  }

 private:
  dft::ModelOracle model_;
  int file_;
};

struct ManyLabels {
  pipeline::RunFolder folder;
  std::filesystem::path asked = folder.root / "asked";

  void queue() const {
    std::filesystem::create_directories(asked.parent_path());
    const auto cell = generate::build(generate::conventional_cell("fcc", 1), 5.2, {18});
    store::Database database(folder.database());
    for (std::size_t k = 0; k < many; ++k) {
      store::Record record;
      record.candidate.structure = generate::rattled(cell, 0.2, k + 1);
      record.state = store::State::queued;
      REQUIRE(bool(database.add(record)));
    }
  }
  /// Labels what is queued, as a run does.
  void label() const {
    const auto config = test::argon_config();
    const pipeline::Oracles oracles{std::make_shared<NotedArgon>(asked), {}};
    store::Database database(folder.database());
    pipeline::Run run(config, folder, oracles, database);
    run.executor = std::make_shared<dft::LocalExecutor>(2);
    pipeline::label_records(
        run, *oracles.structures,
        pipeline::records_of(database, store::State::queued, {pipeline::Role::training}));
  }
  [[nodiscard]] std::set<std::string> stored() const {
    const store::Database database(folder.database(), store::Database::Mode::read_only);
    std::set<std::string> names;
    for (const auto& record : database.with_state(store::State::labeled))
      names.insert(pipeline::job_name(record.id));
    return names;
  }
  /// Names that it was asked for since it had been asked for `before`.
  [[nodiscard]] std::vector<std::string> asked_since(std::size_t before) const {
    std::ifstream in(asked);
    std::vector<std::string> names(std::istream_iterator<std::string>(in), {});
    names.erase(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(before));
    return names;
  }
};

}  // namespace

TEST_CASE("labels to be killed" * doctest::skip()) {
  ManyLabels{{std::getenv("MLIP_TEST_FOLDER")}}.label();
}

TEST_CASE("hundreds of labels killed by kill -9 again and again: none is lost, none repeated") {
  const test::Folder folder("many");
  const ManyLabels labels{{folder.path}};
  labels.queue();
  int fruitful = 0;
  bool ended = false;
  for (int kills = 0; !ended && kills < 60; ++kills) {
    const auto stored = labels.stored();
    const std::size_t asked = labels.asked_since(0).size();
    ended = test::run_and_kill("labels to be killed", folder.path, 0.15 + 0.02 * kills);
    for (const auto& name : labels.asked_since(asked)) CHECK_FALSE(stored.contains(name));
    const auto now = labels.stored();
    CHECK(std::ranges::includes(now, stored));
    fruitful += !ended && now.size() > stored.size() ? 1 : 0;
  }
  CHECK(fruitful >= 2);
  labels.label();
  CHECK(labels.stored().size() == many);
  const store::Database database(labels.folder.database(), store::Database::Mode::read_only);
  CHECK(database.all().size() == many);
  for (const auto& record : database.all()) {
    const auto truth = test::argon()->evaluate(record.candidate.structure);
    CHECK(*record.outcome.labels.energy == truth.energy);
    CHECK(record.outcome.labels.forces == truth.forces);
  }
}
