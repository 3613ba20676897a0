#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "app/commands.hpp"
#include "app/error_report.hpp"
#include "app/frame_file.hpp"
#include "app/model.hpp"
#include "app/stages.hpp"
#include "core/error.hpp"
#include "core/file.hpp"

namespace mlip::app {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t evaluated_together = 64;  // structures evaluated at a time

struct EvalArguments {
  std::string potential, asi, out, predictions;
  DataSource data;
};

/// Predictions take the names of labels; the labels become `label_energy`, `label_forces`.
io::Frame prediction_frame(const fit::Item& item, const std::string& type,
                           const potential::Evaluation& found) {
  io::Frame frame;
  frame.structure = item.structure;
  frame.labels.energy = found.energy;
  frame.labels.forces = found.forces;
  if (item.structure.cell.all_periodic())
    frame.labels.stress = found.stress(item.structure.cell.volume());
  frame.info["config_type"] = type;
  if (item.labels.energy) frame.info["label_energy"] = *item.labels.energy;
  if (!item.labels.forces.empty()) {
    io::Column column{'R', 3, {}, {}};
    for (const core::Vec3& force : item.labels.forces)
      for (double component : force) column.numbers.push_back(component);
    frame.columns["label_forces"] = std::move(column);
  }
  if (!found.gamma.empty()) {
    frame.columns["gamma"] = {'R', 1, found.gamma, {}};
    frame.info["gamma_max"] = *std::ranges::max_element(found.gamma);
  }
  return frame;
}

/// Works structures in as they come, a group at a time.
class Evaluation {
 public:
  Evaluation(const ace::Evaluator& model, const std::string& predictions)
      : model_(model), sums_("data") {
    if (!predictions.empty()) file_.emplace(predictions);
  }

  void add(fit::Item&& item, const std::string& type) {
    items_.push_back(std::move(item));
    types_.push_back(type);
    if (items_.size() == evaluated_together) work();
  }

  void finish() {
    work();
    if (file_) file_->finish();
    stages_.end();
  }

  [[nodiscard]] SetErrors errors() const { return sums_.errors(); }
  [[nodiscard]] double largest_gamma() const { return largest_gamma_; }

 private:
  void work() {
    const auto found =
        fit::predict(model_, items_, {.gamma = model_.has_active_set(), .descriptors = false});
    for (std::size_t k = 0; k < items_.size(); ++k) {
      sums_.add(items_[k], types_[k], found[k]);
      if (file_) file_->write(prediction_frame(items_[k], types_[k], found[k]));
      for (double gamma : found[k].gamma) largest_gamma_ = std::max(largest_gamma_, gamma);
    }
    done_ += items_.size();
    stages_.show("evaluate", done_, done_);
    items_.clear();
    types_.clear();
  }

  const ace::Evaluator& model_;
  SetErrorSums sums_;
  std::optional<FrameFile> file_;
  Stages stages_;
  std::vector<fit::Item> items_;
  std::vector<std::string> types_;
  std::size_t done_ = 0;
  double largest_gamma_ = 0;
};

void evaluate_files(const EvalArguments& arguments) {
  const PotentialFiles files = find_potential(arguments.potential, arguments.asi);
  const ace::Evaluator model = load_model(files);
  Evaluation evaluation(model, arguments.predictions);
  for_each_labelled(arguments.data, [&](fit::Item&& item, const std::string& type) {
    evaluation.add(std::move(item), type);
  });
  evaluation.finish();
  const SetErrors errors = evaluation.errors();
  print_errors(errors);
  if (model.has_active_set())
    fmt::print("largest extrapolation grade {:.3f}\n", evaluation.largest_gamma());
  if (!arguments.predictions.empty()) fmt::print("predictions are in {}\n", arguments.predictions);
  if (arguments.out.empty()) return;
  core::make_folder(arguments.out);
  Json metrics = {{"potential", files.potential.string()}};
  put_errors(errors, metrics);
  if (model.has_active_set()) metrics["gamma_max"] = evaluation.largest_gamma();
  Json page;
  page["title"] = fmt::format("Errors of {}", files.potential.string());
  page["facts"]["data"] = fmt::format("{}", fmt::join(arguments.data.files, ", "));
  write_error_report({errors}, metrics, page, arguments.out);
  fmt::print("metrics.json and report.html are in {}\n", arguments.out);
}

}  // namespace

void add_eval(CLI::App& program, int&) {
  const auto arguments = std::make_shared<EvalArguments>();
  auto* command =
      program.add_subcommand("eval", "errors and extrapolation grades of a potential on data");
  command
      ->add_option("POTENTIAL", arguments->potential,
                   ".yaml or .yace file, or a folder with potential.yaml")
      ->required();
  command
      ->add_option("DATA", arguments->data.files,
                   "labelled structures: extended XYZ files or databases of runs")
      ->required();
  command->add_option("--asi", arguments->asi,
                      "active set; else the .asi file beside the potential, where there is one");
  command->add_option("--out", arguments->out, "folder for metrics.json and report.html");
  command->add_option("--predictions", arguments->predictions,
                      "extended XYZ file to write energies, forces, stresses and grades to");
  command->add_flag("--held-out", arguments->data.held_out,
                    "of a database the held-out labels, not those to train on");
  command->add_option("--energy-key", arguments->data.energy_key,
                      "key of the energies in extended XYZ, where it is not 'energy'");
  command->add_option("--forces-key", arguments->data.forces_key,
                      "column of the forces in extended XYZ, where it is not 'forces'");
  command->callback([arguments] { evaluate_files(*arguments); });
}

}  // namespace mlip::app
