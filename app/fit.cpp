#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <ctime>
#include <memory>

#include "ace/evaluator.hpp"
#include "app/commands.hpp"
#include "app/described_options.hpp"
#include "app/error_report.hpp"
#include "app/input.hpp"
#include "app/stages.hpp"
#include "app/taught_fit.hpp"
#include "config/quantity.hpp"
#include "core/error.hpp"
#include "core/file.hpp"
#include "fit/active_builder.hpp"
#include "fit/advisor.hpp"
#include "fit/committee_file.hpp"
#include "fit/complexity.hpp"
#include "fit/nonlinear.hpp"
#include "fit/references.hpp"
#include "fit/teacher.hpp"
#include "fit/weighting.hpp"

namespace mlip::app {

namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

/// Of the wall time, what the linear fit that a nonlinear one begins with may take.
constexpr double linear_share = 0.4;

struct FitArguments {
  DataSource train, test;
  std::string out = "fit", plan, wall_time = "5 min";
  std::vector<std::pair<std::string, std::string>> isolated, weights;
  fit::AdvisorOptions wishes;
  fit::Options options;
  fit::WeightingOptions weighting;
  Teaching teaching;
  std::size_t densities = 1;
  double hold_out = 0.1;
  bool linear = false;
};

/// Everything that is said of a fit.
struct Outcome {
  fit::Fit fit;
  std::optional<fit::Advice> advice;  ///< none where a plan told the basis
  std::vector<fit::Reference> references;
  std::string teacher;  ///< empty: nobody taught
  std::size_t lessons = 0;
  double wall_s = 0, cpu_s = 0;
};

double wall_seconds(const std::string& text) {
  const auto seconds = config::parse_quantity(text, "s");
  if (!seconds || !(seconds.value() > 0))
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("--wall-time '{}' is no time", text),
                          "write a number and a unit, such as '90 s', '10 min' or '2 h'");
  return seconds.value();
}

/// Names and numbers, as options take them.
std::map<std::string, double> numbers(const std::vector<std::pair<std::string, std::string>>& texts,
                                      const char* option) {
  std::map<std::string, double> result;
  for (const auto& [name, text] : texts) {
    const auto number = config::parse_number(text);
    if (!number)
      throw core::UserError(core::ExitCode::bad_input,
                            fmt::format("{} {}: {}", option, name, number.reason()),
                            fmt::format("write a name and a number: {} NAME 1.5", option));
    result[name] = number.value();
  }
  return result;
}

ace::ActiveSetInverse active_set_of(const ace::Potential& potential, const LabelledData& data) {
  std::vector<core::Structure> structures;
  for (const fit::Item& item : data.items) structures.push_back(item.structure);
  fit::ActiveSetBuilder builder(potential, {});
  do {
    builder.add(structures);
  } while (!builder.end_pass());
  return builder.inverse();
}

/// The basis and the weights of an input.yaml or plan.
fit::Fit fit_as_planned(const FitArguments& arguments, const LabelledData& data,
                        const std::vector<fit::Reference>& references,
                        std::vector<fit::Item> lessons, Stages& stages) {
  const auto config = read_plan(arguments.plan).config;
  fit::Options options = config.fit;
  const ace::Potential basis = ace::make_basis(fit::elements_of(data.items), config.basis);
  if (!lessons.empty())
    options.teacher = std::make_shared<fit::Teacher>(basis, std::move(lessons), options);
  options.progress = [&](std::size_t done, std::size_t all) { stages.show("rows", done, all); };
  return fit::fit_linear(basis, fit::weighted_items(data.items, config.training.weighting),
                         fit::energies_of(references), options);
}

/// Embeddings of the first densities: linear, then Finnis and Sinclair's root, then others.
std::vector<double> embedding_of(std::size_t densities) {
  constexpr std::array<double, 4> exponents = {1, 0.5, 2, 0.75};
  std::vector<double> embedding;
  for (std::size_t p = 0; p < densities; ++p)
    embedding.insert(embedding.end(), {1, exponents.at(p)});
  return embedding;
}

/// The basis and the core of a potential, nothing learnt.
ace::Potential unlearnt(ace::Potential potential) {
  for (auto& functions : potential.functions)
    for (ace::Function& function : functions) std::ranges::fill(function.coefficients, 0.0);
  return potential;
}

/// Evenly spread, so many of all.
bool held_out_at(std::size_t k, double share) {
  return std::floor(static_cast<double>(k + 1) * share) >
         std::floor(static_cast<double>(k) * share);
}

/// Goes on with more densities and radial functions that are fitted too, in the time left; what is
/// held out tells when to stop.
void go_on_nonlinear(const FitArguments& arguments, const LabelledData& data, Clock::time_point end,
                     Stages& stages, Outcome& outcome) {
  std::vector<fit::Item> train, held_out;
  for (std::size_t k = 0; k < data.items.size(); ++k)
    (held_out_at(k, arguments.hold_out) ? held_out : train).push_back(data.items[k]);
  fit::Options linear = arguments.options;
  linear.energy_weight = outcome.advice->energy_weight;
  linear.smoothness_power = outcome.advice->smoothness_power;
  fit::NonlinearOptions options;
  options.embedding = embedding_of(arguments.densities);
  options.iterations = 1000;
  options.wall_seconds = std::max(1.0, std::chrono::duration<double>(end - Clock::now()).count());
  const auto report = [&](const fit::NonlinearProgress& progress) {
    stages.show(fmt::format("{} parameters, loss {:.4g}", progress.parameters, progress.loss),
                std::size_t(progress.wall_seconds), std::size_t(options.wall_seconds));
    return true;
  };
  auto fitted = fit::fit_nonlinear(unlearnt(outcome.fit.potential),
                                   {train, held_out, fit::energies_of(outcome.references), {}},
                                   linear, options, report);
  outcome.fit = {};
  outcome.fit.potential = std::move(fitted.potential);
  outcome.fit.train = fitted.train;
  outcome.fit.active_set = active_set_of(outcome.fit.potential, data);
}

Outcome fit_data(const FitArguments& arguments, const LabelledData& data, Stages& stages) {
  const auto start = Clock::now();
  Outcome outcome;
  outcome.references = fit::find_references(fit::elements_of(data.items), data.items,
                                            numbers(arguments.isolated, "--isolated"));
  outcome.teacher = arguments.teaching.model;
  std::vector<fit::Item> lessons;
  if (!outcome.teacher.empty()) {
    stages.show("lessons", 0, arguments.teaching.lessons);
    lessons = lessons_around(data.items, arguments.teaching, stages);
  }
  outcome.lessons = lessons.size();
  if (arguments.plan.empty()) {
    fit::AdvisorOptions wishes = arguments.wishes;
    const double allowed = wall_seconds(arguments.wall_time);
    wishes.wall_seconds = arguments.densities > 1 ? linear_share * allowed : allowed;
    wishes.progress = [&](const std::string& stage, std::size_t done, std::size_t all) {
      stages.show(stage, done, all);
    };
    const auto other = fit::counted_from_atoms(outcome.references);
    if (other) wishes.other_isolated_energies = fit::energies_of(*other);
    const auto energies = fit::energies_of(outcome.references);
    auto advised =
        lessons.empty()
            ? fit::fit_advised(data.items, energies, arguments.options, wishes)
            : fit_taught(data.items, energies, std::move(lessons), arguments.options, wishes);
    if (advised.advice.other_isolated) outcome.references = *other;
    outcome.fit = std::move(advised.fit);
    outcome.advice = std::move(advised.advice);
    if (arguments.densities > 1)
      go_on_nonlinear(arguments, data,
                      start + std::chrono::duration_cast<Clock::duration>(
                                  std::chrono::duration<double>(allowed)),
                      stages, outcome);
  } else {
    outcome.fit = fit_as_planned(arguments, data, outcome.references, std::move(lessons), stages);
  }
  const std::chrono::duration<double> wall = Clock::now() - start;
  outcome.wall_s = wall.count();
  outcome.cpu_s = double(std::clock()) / CLOCKS_PER_SEC;
  return outcome;
}

Json references_json(const Outcome& outcome) {
  Json json;
  for (std::size_t k = 0; k < outcome.references.size(); ++k)
    json[outcome.fit.potential.elements[k]] = {
        {"energy", outcome.references[k].energy},
        {"source", fit::to_string(outcome.references[k].source)}};
  return json;
}

Json held_out_json(const fit::HeldOut& errors) {
  return {{"energy_rmse_meV_per_atom", errors.energy_mev_per_atom},
          {"force_rmse_meV_per_A", errors.force_mev_per_a}};
}

void put_advice(const fit::Advice& advice, Json& json) {
  for (std::size_t k = 0; k < advice.curve.size(); ++k) {
    const fit::CurvePoint& point = advice.curve[k];
    Json entry = {{"functions", point.functions},
                  {"microseconds_per_atom", point.microseconds_per_atom},
                  {"chosen", k == advice.chosen}};
    entry.update(held_out_json(point.errors));
    json["curve"].push_back(std::move(entry));
  }
  for (const fit::BasisTrial& trial : advice.trials) {
    Json entry = {{"cutoff", trial.cutoff},
                  {"shape", trial.shape},
                  {"counted_from_atoms", trial.other_isolated},
                  {"functions", trial.functions},
                  {"structures", trial.structures}};
    entry.update(held_out_json(trial.errors));
    json["trials"].push_back(std::move(entry));
  }
}

Json metrics_json(const Outcome& outcome, const std::vector<SetErrors>& sets) {
  Json json = {{"functions", outcome.fit.potential.function_count()},
               {"densities", outcome.fit.potential.embeddings.front().densities()},
               {"cpu_s", outcome.cpu_s},
               {"wall_s", outcome.wall_s}};
  for (const SetErrors& set : sets) put_errors(set, json);
  json["elements"] = outcome.fit.potential.elements;
  json["isolated_energies"] = references_json(outcome);
  json["cutoff"] = outcome.fit.potential.cutoff();
  json["prior_strength"] = outcome.fit.prior_strength;
  if (!outcome.teacher.empty())
    json["teacher"] = {{"model", outcome.teacher},
                       {"lessons", outcome.lessons},
                       {"heard", outcome.fit.taught},
                       {"held_out_gain", outcome.fit.teacher_gain},
                       {"chose_the_basis", outcome.advice.has_value()}};
  json["seconds"] = {{"assembly", outcome.fit.assembly_seconds},
                     {"solve", outcome.fit.solve_seconds},
                     {"active_set", outcome.fit.active_set_seconds}};
  if (!outcome.advice) return json;
  json["shape"] = outcome.advice->shape;
  json["energy_weight"] = outcome.advice->energy_weight;
  json["smoothness_power"] = outcome.advice->smoothness_power;
  json["order_decay"] = outcome.advice->order_decay;
  put_advice(*outcome.advice, json);
  return json;
}

std::string said_of_the_teacher(const Outcome& outcome) {
  return fmt::format(
      "{}, {} lessons{}; {}: labels predict one another {:.2g} times as well with it",
      outcome.teacher, outcome.lessons, outcome.advice ? ", on which the basis was chosen" : "",
      outcome.fit.taught ? "heard" : "not heard", outcome.fit.teacher_gain);
}

Json page_json(const Outcome& outcome) {
  const ace::Potential& potential = outcome.fit.potential;
  Json page;
  page["title"] = fmt::format("Potential for {}", fmt::join(potential.elements, ", "));
  Json& facts = page["facts"];
  facts["functions"] = std::to_string(potential.function_count());
  facts["cutoff"] = fmt::format("{} Å", potential.cutoff());
  facts["time"] = fmt::format("{:.1f} s, {:.1f} s of CPU", outcome.wall_s, outcome.cpu_s);
  for (std::size_t k = 0; k < outcome.references.size(); ++k)
    facts[fmt::format("isolated {}", potential.elements[k])] =
        fmt::format("{:.6f} eV ({})", outcome.references[k].energy,
                    fit::to_string(outcome.references[k].source));
  if (!outcome.teacher.empty()) facts["teacher"] = said_of_the_teacher(outcome);
  if (outcome.advice) put_advice(*outcome.advice, page);
  return page;
}

void write_potential(const fit::Fit& fit, const std::filesystem::path& folder) {
  ace::write_yaml(fit.potential, folder / "potential.yaml");
  ace::write_yace(fit.potential, folder / "potential.yace");
  ace::write_asi(fit.active_set, folder / "potential.asi");
  const std::filesystem::path committee = folder / "potential.committee";
  constexpr std::uint64_t seed = 1;
  if (fit.information.mean.size() > 0)
    fit::write_committee(fit, fit::usual_members, seed, committee);
  else
    std::filesystem::remove(committee);  // of a linear fit before; a nonlinear one has no posterior
}

void print_advice(const fit::Advice& advice) {
  for (const fit::BasisTrial& trial : advice.trials)
    fmt::print("cutoff {} Å, {:<9} {:>5} functions: held out {:.2f} meV/atom, {:.1f} meV/Å{}\n",
               trial.cutoff, trial.shape, trial.functions, trial.errors.energy_mev_per_atom,
               trial.errors.force_mev_per_a,
               trial.cutoff == advice.cutoff && trial.shape == advice.shape ? "  <- chosen" : "");
  fmt::print("\n{:>10} {:>12} {:>12} {:>10}   (held-out folds)\n", "functions", "meV/atom", "meV/Å",
             "µs/atom");
  for (std::size_t k = 0; k < advice.curve.size(); ++k) {
    const fit::CurvePoint& point = advice.curve[k];
    fmt::print("{:>10} {:>12.3f} {:>12.2f} {:>10.1f}{}\n", point.functions,
               point.errors.energy_mev_per_atom, point.errors.force_mev_per_a,
               point.microseconds_per_atom, k == advice.chosen ? "   <- chosen" : "");
  }
}

void print_outcome(const Outcome& outcome, const std::vector<SetErrors>& sets,
                   const std::filesystem::path& folder) {
  for (std::size_t k = 0; k < outcome.references.size(); ++k)
    fmt::print("isolated {}: {:.6f} eV ({})\n", outcome.fit.potential.elements[k],
               outcome.references[k].energy, fit::to_string(outcome.references[k].source));
  if (outcome.advice) print_advice(*outcome.advice);
  if (!outcome.teacher.empty()) fmt::print("teacher: {}\n", said_of_the_teacher(outcome));
  for (const SetErrors& set : sets) print_errors(set);
  fmt::print("\n{} functions, cutoff {} Å, {:.1f} s ({:.1f} s of CPU)\n",
             outcome.fit.potential.function_count(), outcome.fit.potential.cutoff(), outcome.wall_s,
             outcome.cpu_s);
  fmt::print("potential.yaml, .yace, .asi, metrics.json and report.html are in {}\n",
             folder.string());
}

void fit_files(const FitArguments& arguments) {
  LabelledData train = read_labelled(arguments.train);
  apply_weights(numbers(arguments.weights, "--weight"), train);
  std::optional<LabelledData> test;
  if (!arguments.test.files.empty()) test = read_labelled(arguments.test);
  const std::filesystem::path folder(arguments.out);
  core::make_folder(folder);
  Stages stages;
  LabelledData weighted = train;
  weighted.items = fit::weighted_items(train.items, arguments.weighting);
  const Outcome outcome = fit_data(arguments, weighted, stages);
  stages.end();
  write_potential(outcome.fit, folder);
  const ace::Evaluator model(outcome.fit.potential);
  std::vector<SetErrors> sets = {errors_of("train", train, model)};
  if (test) sets.push_back(errors_of("test", *test, model));
  write_error_report(sets, metrics_json(outcome, sets), page_json(outcome), folder);
  print_outcome(outcome, sets, folder);
}

void add_data_options(CLI::App& command, FitArguments& arguments) {
  command
      .add_option("TRAIN", arguments.train.files,
                  "labelled structures: extended XYZ files or databases of runs")
      ->required();
  command
      .add_option("--test", arguments.test.files,
                  "labelled structures to measure errors on; may be given again")
      ->allow_extra_args(false);
  command.add_option("--out", arguments.out, "folder for the potential, its errors and the report")
      ->capture_default_str();
  command.add_option("--energy-key", arguments.train.energy_key,
                     "key of the energies in extended XYZ, where it is not 'energy'");
  command.add_option("--forces-key", arguments.train.forces_key,
                     "column of the forces in extended XYZ, where it is not 'forces'");
  command
      .add_option("--isolated", arguments.isolated,
                  "energy (eV) of an isolated atom: --isolated Al -53.1; else that of a lone "
                  "atom in the data, else least squares or zero, by held-out folds")
      ->allow_extra_args(false);
}

void add_nonlinear_options(CLI::App& command, FitArguments& arguments) {
  auto* densities = command.add_option(
      "--densities", arguments.densities,
      "2 to 4: densities of a nonlinear fit whose radial functions are fitted too, begun at the "
      "linear one; 1: linear");
  densities->check(CLI::Range(1, 4))->capture_default_str();
  command
      .add_option("--hold-out", arguments.hold_out,
                  "share of the structures that a nonlinear fit holds out: it ends where it gets "
                  "worse at them, and only its linear coefficients learn from them")
      ->check(CLI::Range(0.0, 0.5))
      ->capture_default_str();
  command.add_flag("--linear", arguments.linear, "stay with the linear fit, as by default")
      ->excludes(densities);
}

void add_fit_options(CLI::App& command, FitArguments& arguments) {
  command
      .add_option("--functions", arguments.wishes.functions,
                  "number of basis functions; else as many as pay on held-out folds")
      ->check(CLI::Range(1, 20000));
  command
      .add_option("--cutoff", arguments.wishes.cutoff,
                  "distance (Å) beyond which atoms do not feel each other; else by held-out "
                  "folds")
      ->check(CLI::Range(1.0, 20.0));
  std::vector<std::string> shapes;
  for (const fit::Shape& shape : fit::shapes) shapes.emplace_back(shape.name);
  command
      .add_option("--shape", arguments.wishes.shape,
                  "what functions are spent on, from high orders (collective, many-body) to high n "
                  "and l in low ones (resolved); else by held-out folds")
      ->check(CLI::IsMember(shapes));
  add_nonlinear_options(command, arguments);
  command
      .add_option("--teacher", arguments.teaching.model,
                  "model whose labels tell the fit what to expect before yours do: sevennet-0, a "
                  "file, ase:MODULE:CLASS; it chooses the basis too")
      ->excludes("--densities");
  command.add_option("--lessons", arguments.teaching.lessons, "structures the teacher labels")
      ->check(CLI::Range(10, 100000))
      ->capture_default_str();
  command.add_option("--wall-time", arguments.wall_time, "about how long the fit may take")
      ->capture_default_str();
  command
      .add_option("--energy-weight", arguments.wishes.energy_weight,
                  "weight of an energy residual (eV/atom); else by held-out folds")
      ->check(CLI::NonNegativeNumber);
  command
      .add_option("--force-weight", arguments.options.force_weight,
                  "weight of a force residual (eV/Å)")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command
      .add_option("--stress-weight", arguments.options.stress_weight,
                  "weight of a stress residual times the volume an atom (eV)")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command
      .add_option("--weight", arguments.weights,
                  "factor for all labels of a config_type: --weight liquid 0.5")
      ->allow_extra_args(false);
  command
      .add_option("--plan", arguments.plan,
                  "input.yaml or an edited plan that tells the basis and the weights instead")
      ->excludes("--densities")
      ->excludes(add_described_options(command, "weighting", "policy", arguments.weighting));
}

}  // namespace

void add_fit(CLI::App& program, int&) {
  const auto arguments = std::make_shared<FitArguments>();
  auto* command = program.add_subcommand("fit", "fit an ACE potential to labelled structures");
  add_data_options(*command, *arguments);
  add_fit_options(*command, *arguments);
  command->callback([arguments] {
    arguments->test.held_out = true;
    arguments->test.energy_key = arguments->train.energy_key;
    arguments->test.forces_key = arguments->train.forces_key;
    fit_files(*arguments);
  });
}

}  // namespace mlip::app
