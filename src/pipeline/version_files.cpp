#include "pipeline/version_files.hpp"

#include "core/file.hpp"
#include "core/seed.hpp"
#include "fit/committee_file.hpp"
#include "pipeline/items.hpp"
#include "pipeline/metrics.hpp"
#include "pipeline/teaching.hpp"

namespace mlip::pipeline {

VersionFiles files_in(const std::filesystem::path& folder) {
  return {folder / "potential.yaml", folder / "potential.yace", folder / "potential.asi",
          folder / "potential.committee"};
}

VersionFiles files_of(const Run& run, const store::Version& version) {
  return files_in((run.folder.root / version.yaml_file).parent_path());
}

ace::Evaluator load(const VersionFiles& files) {
  return ace::Evaluator(ace::read_yaml(files.yaml), ace::read_asi(files.asi));
}

void write(const fit::Fit& fitted, std::uint64_t seed, const VersionFiles& files) {
  std::filesystem::create_directories(files.yaml.parent_path());
  ace::write_yaml(fitted.potential, files.yaml);
  ace::write_yace(fitted.potential, files.yace);
  ace::write_asi(fitted.active_set, files.asi);
  if (fitted.information.mean.size() > 0)
    fit::write_committee(fitted, fit::usual_members, seed, files.committee);
}

nlohmann::ordered_json account_of(const Run& run, const fit::Fit& fitted, std::size_t labels) {
  nlohmann::ordered_json account = {{"train", to_json(fitted.train)},
                                    {"engine", run.config.training.engine},
                                    {"labels", labels},
                                    {"functions", fitted.potential.function_count()},
                                    {"prior_strength", fitted.prior_strength},
                                    {"log_evidence", fitted.log_evidence},
                                    {"seconds",
                                     {{"assembly", fitted.assembly_seconds},
                                      {"solve", fitted.solve_seconds},
                                      {"active_set", fitted.active_set_seconds}}}};
  if (run.teaching)
    if (auto teacher = run.teaching->account(fitted, items_of(run, Role::training));
        !teacher.is_null())
      account["teacher"] = std::move(teacher);
  return account;
}

store::Version describe(const Run& run, int generation, nlohmann::ordered_json account,
                        const VersionFiles& files) {
  const auto held_out = items_of(run, Role::holdout);
  const ace::Evaluator model = load(files);
  account["holdout"] = to_json(fit::measure(model, held_out));
  account["parity"] = parity(model, held_out);
  const auto name = [&](const std::filesystem::path& file) {
    return std::filesystem::relative(file, run.folder.root).string();
  };
  return {generation,       fmt::format("{:016x}", core::hash_text(core::read_file(files.yaml))),
          account.dump(),   name(files.yace),
          name(files.yaml), name(files.asi)};
}

double held_out_badness(const store::Version& version) {
  return badness(metrics_from_json(nlohmann::json::parse(version.metrics_json).at("holdout")));
}

}  // namespace mlip::pipeline
