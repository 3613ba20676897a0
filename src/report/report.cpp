#include "report/report.hpp"

#include <set>

#include "core/file.hpp"
#include "report/facts.hpp"
#include "report/gallery.hpp"
#include "report/html.hpp"

namespace mlip::report {

namespace {

/// What the document "run" says, or null, so that every key is there.
void put_run(const Json& run, Json& report) {
  for (const char* key : {"name", "elements", "started", "wall_s", "engine_busy_fraction",
                          "stop_reason", "targets", "guards"})
    report[key] = run.is_object() && run.contains(key) ? run[key] : Json();
}

Json provenance(const store::Database& database, const std::vector<store::Record>& records,
                const Json& run) {
  Json facts = Json::object();
  for (const char* key :
       {"version", "seed", "cores", "level_of_theory", "pseudopotentials", "calculator"})
    if (run.is_object() && run.contains(key)) facts[key] = run[key];
  std::set<std::string> levels;
  for (const auto& record : records)
    if (!record.outcome.level_of_theory.empty()) levels.insert(record.outcome.level_of_theory);
  facts["levels_of_theory"] = levels;
  facts["config"] = document(database, "config");
  return facts;
}

Json parity_of(const std::vector<store::Version>& versions, std::optional<int> generation) {
  for (const auto& version : versions)
    if (version.generation == generation) {
      const Json metrics = Json::parse(version.metrics_json, nullptr, false);
      if (metrics.is_object() && metrics.contains("parity")) return metrics["parity"];
    }
  return {};
}

Json missing(const Json& report) {
  Json sentences = Json::array();
  const auto note = [&](bool absent, const char* sentence) {
    if (absent) sentences.push_back(sentence);
  };
  note(report["stop_reason"].is_null(),
       "The run has not ended yet: wall time and stop reason are not known.");
  note(report["generations"].empty(),
       "No potential has been fitted yet, so there are no errors to show.");
  note(!report["generations"].empty() && report["parity"].is_null(),
       "The potential was stored without a parity sample.");
  note(report["gamma"].empty(),
       "No exploration has been stored yet, so there is no extrapolation grade to show.");
  note(report["eos"].is_null(), "No equation of state has been stored.");
  note(report["properties"].empty(), "No property has been validated yet.");
  note(report["dft"]["attempts"] == 0, "No DFT calculation has been stored yet.");
  note(report["provenance"]["config"].is_null(), "The resolved configuration was not stored.");
  return sentences;
}

}  // namespace

nlohmann::ordered_json build_report(const store::Database& database) {
  const Json run = document(database, "run");
  const auto records = database.all();
  const auto versions = database.versions();
  Json report = {{"report_version", 1}};
  put_run(run, report);
  if (Json screen = document(database, "surrogate_screen"); screen.is_object())
    report["surrogate_screen"] = std::move(screen);
  report["labels"] = label_facts(records);
  report["gallery"] = gallery_facts(records);
  report["generations"] = generation_facts(versions, report["labels"]);
  const auto best = best_generation(report["generations"], run);
  report["best_generation"] = best ? Json(*best) : Json();
  report["properties"] = property_facts(database.properties());
  report["dft"] = dft_facts(records);
  report["dft"]["noise"] = noise_facts(database);
  report["parity"] = parity_of(versions, best);
  report["gamma"] = gamma_facts(database);
  report["eos"] = document(database, "eos");
  report["provenance"] = provenance(database, records, run);
  report["missing"] = missing(report);
  return report;
}

void write_report(const store::Database& database, const std::filesystem::path& folder) {
  const Json report = build_report(database);
  core::write_atomically(folder / "report.json",
                         report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  core::write_atomically(folder / "report.html", render_html(report));
  if (report["gallery"].is_null()) return;
  const auto records = database.all();
  const auto for_each = [&](const VisitCandidate& visit) {
    for (const auto& record : records) visit(pictured(record));
  };
  const std::string name = text(report, "name");
  core::write_atomically(
      folder / text(report["gallery"], "page"),
      render_gallery_html(name.empty() ? "Structures of the run" : name + " – structures",
                          gallery_kinds(for_each, usual_pictures)));
}

}  // namespace mlip::report
