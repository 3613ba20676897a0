#include "pipeline/teaching.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "generate/lessons.hpp"
#include "io/extended_xyz.hpp"

namespace mlip::pipeline {

namespace {

/// No energy where the model has no finite answer.
fit::Item lesson_of(const potential::Calculator& model, const core::Structure& structure) {
  fit::Item item;
  item.structure = structure;
  try {
    const auto found = model.evaluate(structure);
    item.labels.energy = found.energy;
    item.labels.forces = found.forces;
    if (structure.cell.all_periodic()) item.labels.stress = found.stress(structure.cell.volume());
  } catch (const core::UserError& error) {
    if (error.code() != core::ExitCode::failed) throw;
    item.labels = {};
  }
  if (!core::is_finite(item.labels, structure.size())) item.labels = {};
  return item;
}

std::vector<core::Structure> structures_around_seeds(const SystemConfig& config) {
  std::vector<core::Structure> seeds;
  for (core::Candidate& candidate : generate::generate(config.generate))
    seeds.push_back(std::move(candidate.structure));
  generate::LessonOptions options;
  options.count = config.surrogate.lessons;
  options.closest = config.generate.closest;
  options.seed = config.seed;
  options.bulk = !config.dft.isolated;
  return generate::lessons(seeds, options);
}

/// Of the labelled structures those that `model` is compared with: few, evenly picked, for it may
/// be dear, and only such as it has an answer for.
std::vector<fit::Item> some_answered(const potential::Calculator& model,
                                     std::span<const fit::Item> items) {
  constexpr std::size_t most = 50;
  const std::size_t count = std::min(items.size(), most);
  std::vector<fit::Item> some;
  for (std::size_t k = 0; k < count; ++k) {
    const fit::Item& item = items[k * items.size() / count];
    if (lesson_of(model, item.structure).labels.energy) some.push_back(item);
  }
  return some;
}

std::vector<fit::Item> read_lessons(const std::filesystem::path& file) {
  std::vector<fit::Item> items;
  for (io::Frame& frame : io::read_extended_xyz(file)) {
    items.emplace_back();
    items.back().structure = std::move(frame.structure);
    items.back().labels = std::move(frame.labels);
  }
  return items;
}

void write_lessons(const std::filesystem::path& file, const std::vector<fit::Item>& items) {
  std::vector<io::Frame> frames;
  for (const fit::Item& item : items) frames.push_back({item.structure, item.labels, {}, {}});
  io::write_extended_xyz(file, frames);
}

}  // namespace

std::vector<fit::Item> taught_by(const potential::Calculator& model,
                                 std::span<const core::Structure> structures, int threads,
                                 const std::function<void(std::size_t)>& progress) {
  std::vector<fit::Item> items(structures.size());
  std::atomic<std::size_t> done = 0;
  core::parallel_for(items.size(), core::thread_count(threads), [&](std::size_t k) {
    items[k] = lesson_of(model, structures[k]);
    if (progress) progress(++done);
  });
  std::erase_if(items, [](const fit::Item& item) { return !item.labels.energy; });
  return items;
}

std::vector<fit::Item> Teaching::lessons() const {
  if (!std::filesystem::exists(folder_.lessons()))
    write_lessons(
        folder_.lessons(),
        taught_by(*model_->calculator, structures_around_seeds(config_), config_.loop.workers));
  return read_lessons(folder_.lessons());
}

std::shared_ptr<const fit::Teacher> Teaching::teacher() {
  const std::scoped_lock lock(mutex_);
  const bool listens = config_.training.engine == "native" && config_.training.reference == "zbl";
  if (!model_ || !listens || teacher_) return teacher_;
  teacher_ = std::make_shared<fit::Teacher>(ace::make_basis(config_.elements, config_.basis),
                                            lessons(), config_.fit);
  return teacher_;
}

std::string Teaching::verdict(const fit::Fit& fitted) {
  const auto taught = teacher();
  if (!taught) return "";
  if (!fitted.taught)
    return fmt::format("{} is not listened to: the labels predict one another better without it",
                       model_->model);
  return fmt::format(
      "{} teaches: each of its {} lessons counts as {:.2g} of a label, and labels predict one "
      "another {:.2g} times as well",
      model_->model, taught->lessons(), fitted.prior_strength, fitted.teacher_gain);
}

nlohmann::ordered_json Teaching::account(const fit::Fit& fitted, std::span<const fit::Item> items) {
  const auto taught = teacher();
  if (!taught) return nullptr;
  const fit::Metrics own =
      fit::measure(*model_->calculator, some_answered(*model_->calculator, items));
  return {{"model", model_->model},
          {"lessons", taught->lessons()},
          {"heard", fitted.taught},
          {"held_out_gain", fitted.teacher_gain},
          {"force_rmse_meV_per_A", own.force_rmse_mev_per_a},
          {"stress_rmse_GPa", own.stress_rmse_gpa}};
}

}  // namespace mlip::pipeline
