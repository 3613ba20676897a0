#include <algorithm>

#include "core/seed.hpp"
#include "dft/forecast.hpp"
#include "dft/magnetism.hpp"
#include "pipeline/labelling.hpp"
#include "pipeline/steps.hpp"

namespace mlip::pipeline {

namespace {

constexpr const char* summary_name = "noise";

std::string noise_document(std::int64_t row) {
  return fmt::format("noise/{}", row);
}

/// Without the few that cost more than twice what the middle one costs: of supercells one alone
/// would take the time of the whole sample.
void leave_out_dear(const dft::Oracle& oracle, std::vector<store::Record>& records) {
  if (records.empty()) return;
  std::vector<double> costs;
  for (const auto& record : records) costs.push_back(oracle.cost(record.candidate.structure));
  const auto middle = costs.begin() + std::ptrdiff_t(costs.size() / 2);
  std::ranges::nth_element(costs, middle);
  std::erase_if(records, [&, most = 2 * *middle](const auto& record) {
    return oracle.cost(record.candidate.structure) > most;
  });
}

/// Drawn from the seed, of the run's level of theory.
std::vector<store::Record> draw_labels(const Run& run) {
  auto records = records_of(run.database, store::State::labeled, {Role::training, Role::holdout});
  const std::string level = run.oracles.structures->level_of_theory();
  std::erase_if(records, [&](const auto& r) { return r.outcome.level_of_theory != level; });
  leave_out_dear(*run.oracles.tighter, records);
  std::ranges::sort(records, {}, &store::Record::id);
  const auto wanted = std::min(std::size_t(run.config.loop.noise_labels), records.size());
  auto engine = core::random_engine(run.config.seed, "noise");
  for (std::size_t i = 0; i < wanted; ++i) {
    const auto left = static_cast<double>(records.size() - i);
    std::swap(records[i], records[i + static_cast<std::size_t>(core::uniform(engine) * left)]);
  }
  records.resize(wanted);
  return records;
}

nlohmann::json to_json(const core::Outcome& outcome) {
  nlohmann::json json = {{"accepted", outcome.accepted},
                         {"level_of_theory", outcome.level_of_theory},
                         {"seconds", dft::core_seconds_of(outcome)}};
  if (!outcome.accepted) {
    json["fault"] = outcome.attempts.empty() ? "no attempt" : outcome.attempts.back().fault;
    return json;
  }
  json["energy"] = *outcome.labels.energy;
  json["forces"] = nlohmann::json::array();
  for (const auto& force : outcome.labels.forces)
    json["forces"].push_back({force.x(), force.y(), force.z()});
  json["magnetic_moments"] = outcome.labels.magnetic_moments;
  if (outcome.labels.stress)
    json["stress"] =
        std::vector<double>(outcome.labels.stress->data(), outcome.labels.stress->data() + 9);
  return json;
}

core::Labels labels_from(const nlohmann::json& json) {
  core::Labels labels;
  labels.energy = json.at("energy");
  for (const auto& force : json.at("forces"))
    labels.forces.emplace_back(force.at(0), force.at(1), force.at(2));
  labels.magnetic_moments = json.at("magnetic_moments").get<std::vector<double>>();
  if (json.contains("stress"))
    labels.stress = core::Mat3(json.at("stress").get<std::vector<double>>().data());
  return labels;
}

/// A sample that was begun is finished; one that would take much of the time left is not begun.
bool worth_its_cost(Run& run, const std::vector<store::Record>& records) {
  constexpr double share = 0.15;
  const auto law = costs_known(run, *run.oracles.structures).law();
  double seconds = 0;
  for (const auto& record : records) {
    if (run.database.document(noise_document(record.id))) return true;
    seconds += law.seconds(run.oracles.tighter->cost(record.candidate.structure));
  }
  const double there_are = run.time_left() * run.executor->cores();
  if (seconds <= share * there_are) return true;
  run.tell(
      fmt::format("the noise of the labels is not measured: that would take {:.0f} % of the "
                  "time left",
                  100 * seconds / there_are));
  return false;
}

/// False where the budget was spent before all of them were computed.
bool compute_tighter(Run& run, const std::vector<store::Record>& records) {
  std::vector<dft::Job> jobs;
  std::vector<std::int64_t> rows;
  for (const auto& record : records) {
    if (run.database.document(noise_document(record.id))) continue;
    dft::Job job{record.candidate.structure, fmt::format("noise_{}", record.id)};
    if (const auto state = dft::magnetic_state(job.structure, record.outcome.labels))
      job.start = state->start;
    jobs.push_back(std::move(job));
    rows.push_back(record.id);
  }
  run.enter("noise", jobs.size());
  return compute_again(
      run, *run.oracles.tighter, jobs, [&](std::size_t k, const core::Outcome& outcome) {
        run.database.put_document(noise_document(rows[k]), to_json(outcome).dump());
        run.tell(fmt::format("row {} computed with tighter settings", rows[k]));
      });
}

/// Without those that failed or ended on another magnetic branch, which says nothing of the basis.
std::vector<Recomputed> recomputed(const Run& run, const std::vector<store::Record>& records) {
  std::vector<Recomputed> sample;
  const std::string level = run.oracles.tighter->level_of_theory();
  for (const auto& record : records) {
    const auto json = nlohmann::json::parse(*run.database.document(noise_document(record.id)));
    if (!json.at("accepted").get<bool>() || json.at("level_of_theory") != level) continue;
    Recomputed one{record.candidate.structure, record.outcome.labels, labels_from(json)};
    if (dft::same_branch(one.structure, one.label, one.tighter)) sample.push_back(std::move(one));
  }
  return sample;
}

nlohmann::json to_json(const LabelNoise& noise) {
  return {{"structures", noise.structures},
          {"energy_meV_per_atom", noise.energy_mev_per_atom},
          {"force_meV_per_A", noise.force_mev_per_a},
          {"stress_GPa", noise.stress_gpa},
          {"virial_meV_per_atom", noise.virial_mev_per_atom}};
}

}  // namespace

void measure_noise(Run& run, int generation) {
  if (!run.oracles.tighter || run.config.loop.noise_labels == 0 || run.out_of_time()) return;
  if (run.database.find(summary_name, run.physics_hash)) return;
  const auto records = draw_labels(run);
  if (!worth_its_cost(run, records) || !compute_tighter(run, records)) return;
  const auto noise = label_noise(recomputed(run, records));
  run.tell(fmt::format("noise of {} labels: {:.2f} meV/atom, {:.1f} meV/Å, {:.3f} GPa",
                       noise.structures, noise.energy_mev_per_atom, noise.force_mev_per_a,
                       noise.stress_gpa));
  auto document = to_json(noise);
  document["generation"] = generation;
  run.database.transaction([&] {
    run.database.put_document(summary_name, document.dump());
    run.database.journal({summary_name, run.physics_hash, document.dump()});
  });
}

LabelNoise noise_before(const store::Database& database, int generation) {
  const auto document = database.document(summary_name);
  if (!document) return {};
  const auto json = nlohmann::json::parse(*document);
  if (json.at("generation").get<int>() >= generation) return {};
  return {json.at("structures"), json.at("energy_meV_per_atom"), json.at("force_meV_per_A"),
          json.at("stress_GPa"), json.at("virial_meV_per_atom")};
}

}  // namespace mlip::pipeline
