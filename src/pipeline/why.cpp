#include "pipeline/why.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <vector>

#include "core/error.hpp"
#include "core/units.hpp"
#include "dft/ledger.hpp"
#include "pipeline/labelling.hpp"
#include "pipeline/roles.hpp"
#include "pipeline/run_folder.hpp"

namespace mlip::pipeline {

namespace {

namespace fs = std::filesystem;

std::string line(const std::string& term, const std::string& value) {
  return value.empty() ? "" : fmt::format("  {:<16} {}\n", term, value);
}

std::string purpose(const store::Record& record) {
  switch (role(record)) {
    case Role::training:
      return "training";
    case Role::holdout:
      return "held out: never trained on";
    case Role::equation_of_state:
      return "equation of state";
    case Role::isolated:
      return "energy of the free atom";
  }
  return "";
}

std::string choice(const store::Record& record) {
  const auto& gamma = record.candidate.gamma;
  std::string text = fmt::format("priority {:.4g}", record.priority);
  if (gamma) text += fmt::format(", extrapolation grade {:.4g}", *gamma);
  if (record.parent) text += fmt::format(", from row {}", *record.parent);
  return text;
}

std::string mask(const std::vector<double>& force_mask) {
  if (force_mask.empty()) return "";
  const auto counted = std::ranges::count_if(force_mask, [](double w) { return w > 0; });
  return fmt::format("forces of {} of {} atoms count, the others are buffer", counted,
                     force_mask.size());
}

/// Folders kept of a structure's attempts, in whichever room of the scratch they are.
std::vector<fs::path> kept_folders(const fs::path& scratch, const std::string& name) {
  std::vector<fs::path> folders;
  for (const char* room : {"failed", "accepted"}) {
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(scratch / room / name, none))
      folders.push_back(entry.path());
  }
  std::ranges::sort(folders, {}, [](const fs::path& path) { return path.filename(); });
  return folders;
}

std::string files_of(const std::vector<fs::path>& folders, std::size_t attempt) {
  const auto found =
      std::ranges::find(folders, fmt::format("attempt_{}", attempt),
                        [](const fs::path& path) { return path.filename().string(); });
  if (found == folders.end()) return "";
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(*found))
    names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return fmt::format("     files: {}: {}\n", fs::absolute(*found).lexically_normal().string(),
                     text);
}

/// `folders_of` a start are those kept of it; that of the label itself has no name.
std::string attempts(const core::Outcome& outcome,
                     const std::function<std::vector<fs::path>(const std::string&)>& folders_of) {
  if (outcome.attempts.empty()) return "no attempt was made\n";
  std::string text = "attempts\n";
  auto folders = folders_of("");
  std::size_t first = 0;
  for (std::size_t k = 0; k < outcome.attempts.size(); ++k) {
    const auto& attempt = outcome.attempts[k];
    if (auto others = folders_of(attempt.remedy); !attempt.remedy.empty() && !others.empty()) {
      folders = std::move(others);
      first = k;
    }
    text += fmt::format(
        "  {}. {}{}, {:.1f} s", k + 1, attempt.fault == "none" ? "good" : attempt.fault,
        attempt.remedy.empty() ? "" : " after '" + attempt.remedy + "'", attempt.seconds);
    if (attempt.scf_steps > 0) text += fmt::format(", {} SCF steps", attempt.scf_steps);
    text += (attempt.detail.empty() ? "" : ": " + attempt.detail) + "\n" +
            files_of(folders, k - first + 1);
  }
  return text;
}

std::string labels(const core::Outcome& outcome, const core::Structure& structure) {
  if (!outcome.accepted || !outcome.labels.energy) return "";
  const double energy = *outcome.labels.energy;
  std::string text = "label\n" + line("energy", fmt::format("{:.6f} eV, {:.6f} eV/atom", energy,
                                                            energy / double(structure.size())));
  double largest = 0;
  for (const auto& force : outcome.labels.forces) largest = std::max(largest, force.norm());
  text += line("largest force", fmt::format("{:.4f} eV/Å", largest));
  if (outcome.labels.stress)
    text += line("pressure", fmt::format("{:.3f} GPa", -outcome.labels.stress->trace() / 3 *
                                                           core::gpa_per_ev_per_a3));
  return text;
}

std::string of_run(const RunFolder& folder, std::int64_t id, const fs::path& scratch) {
  const store::Database database(folder.database(), store::Database::Mode::read_only);
  const store::Record record = database.get(id);
  const auto& candidate = record.candidate;
  return fmt::format("row {} of '{}': {}, {}\n", id, folder.root.string(),
                     candidate.structure.formula(), store::to_string(record.state)) +
         line("kind",
              fmt::format("{}, generation {}", candidate.config_type, candidate.generation)) +
         line("origin", candidate.origin) + line("for", purpose(record)) +
         line("chosen by", choice(record)) + line("mask", mask(candidate.force_mask)) +
         line("level of theory", record.outcome.level_of_theory) +
         attempts(
             record.outcome,
             [&](const std::string& start) { return kept_folders(scratch, job_name(id, start)); }) +
         labels(record.outcome, candidate.structure);
}

std::string of_ledger(const fs::path& ledger, std::int64_t id, const fs::path& scratch) {
  const std::string name = fmt::format("frame_{}", id);
  std::optional<dft::LedgerRow> found;
  (void)dft::for_each_row(ledger, [&](dft::LedgerRow&& row, std::uint64_t) {
    if (row.name == name) found = std::move(row);
  });
  if (!found)
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("'{}' tells of no frame {}", ledger.string(), id),
                          "frames are counted from 0; those not labelled yet are not in it");
  return fmt::format("frame {} of '{}': {}, {}\n", id, ledger.string(), found->structure.formula(),
                     found->outcome.accepted ? "labeled" : "failed") +
         line("level of theory", found->outcome.level_of_theory) +
         attempts(found->outcome,
                  [&](const std::string& start) {
                    return start.empty() ? kept_folders(scratch, name) : std::vector<fs::path>();
                  }) +
         labels(found->outcome, found->structure);
}

}  // namespace

std::string why(const fs::path& place, std::int64_t id, const fs::path& scratch) {
  const RunFolder folder{place};
  if (fs::exists(folder.database()))
    return of_run(folder, id, scratch.empty() ? folder.scratch() : scratch);
  fs::path ledger = place;
  if (place.extension() != ".ledger") ledger += ".ledger";
  if (fs::is_regular_file(ledger))
    return of_ledger(ledger, id, scratch.empty() ? "scratch" : scratch);
  throw core::UserError(core::ExitCode::bad_input,
                        fmt::format("'{}' is neither a run nor a file of labels", place.string()),
                        "give the folder with 'mlip.db' in it, or what `mlip-auto label` wrote");
}

}  // namespace mlip::pipeline
