#include "pipeline/status.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cmath>

#include "core/error.hpp"
#include "pipeline/run_folder.hpp"
#include "pipeline/timeline_store.hpp"
#include "store/database.hpp"

namespace mlip::pipeline {

namespace {

/// A writer holds the lock file; a shared lock that is refused tells so.
bool is_running(const RunFolder& folder) {
  const int file = open((folder.database().string() + ".lock").c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool held = flock(file, LOCK_SH | LOCK_NB) != 0;
  close(file);
  return held;
}

nlohmann::ordered_json generations(const store::Database& database) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& version : database.versions()) {
    const auto metrics = nlohmann::ordered_json::parse(version.metrics_json);
    list.push_back({{"generation", version.generation},
                    {"labels", metrics.at("labels")},
                    {"holdout", metrics.at("holdout")}});
  }
  return list;
}

nlohmann::ordered_json counts(const store::Database& database) {
  nlohmann::ordered_json result;
  using store::State;
  for (const State state :
       {State::candidate, State::queued, State::labeled, State::failed, State::dropped})
    result[store::to_string(state)] = database.count(state);
  return result;
}

std::string duration(double seconds) {
  const long whole = std::lround(seconds);
  return whole < 60 ? fmt::format("{} s", whole)
                    : fmt::format("{} min {:02} s", whole / 60, whole % 60);
}

}  // namespace

nlohmann::ordered_json status(const std::filesystem::path& run_folder) {
  const RunFolder folder{run_folder};
  if (!std::filesystem::exists(folder.database()))
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("'{}' holds no run", run_folder.string()),
                          "give the folder of a run: the one with 'mlip.db' in it");
  const store::Database database(folder.database(), store::Database::Mode::read_only);
  nlohmann::ordered_json result{
      {"run", std::filesystem::absolute(run_folder).lexically_normal().filename().string()}};
  if (const auto progress = database.document("progress"))
    result.update(nlohmann::ordered_json::parse(*progress));
  result["counts"] = counts(database);
  result["generations"] = generations(database);
  result["wall_s"] = load_timeline(database).wall_seconds();
  const auto ended = database.document("run");
  result["stop_reason"] = ended ? nlohmann::ordered_json::parse(*ended).at("stop_reason") : nullptr;
  result["running"] = is_running(folder);
  return result;
}

std::string render_status(const nlohmann::ordered_json& status) {
  std::string text = fmt::format("{}: {}, generation {}, {}\n", status["run"].get<std::string>(),
                                 status.value("stage", "start"), status.value("generation", 0),
                                 status["running"].get<bool>() ? "running" : "not running");
  if (status["stop_reason"].is_string())
    text += fmt::format("ended: {}\n", status["stop_reason"].get<std::string>());
  text += fmt::format("wall time {}", duration(status["wall_s"].get<double>()));
  if (status.value("total", 0) > 0)
    text += fmt::format(", {}/{} of this stage", status.value("done", 0), status.value("total", 0));
  if (status.contains("eta_s") && status["eta_s"].is_number())
    text += fmt::format(", about {} to go", duration(status["eta_s"].get<double>()));
  text += "\nlabels:";
  for (const auto& [state, count] : status["counts"].items())
    text += fmt::format(" {} {}", count.get<int>(), state);
  text += "\n\ngeneration  labels  energy meV/atom  force meV/Å  stress GPa  (held out, RMSE)\n";
  for (const auto& g : status["generations"])
    text +=
        fmt::format("{:10}  {:6}  {:15.2f}  {:11.1f}  {:10.3f}\n", g["generation"].get<int>(),
                    g["labels"].get<int>(), g["holdout"]["energy_rmse_meV_per_atom"].get<double>(),
                    g["holdout"]["force_rmse_meV_per_A"].get<double>(),
                    g["holdout"]["stress_rmse_GPa"].get<double>());
  return text;
}

}  // namespace mlip::pipeline
