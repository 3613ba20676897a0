#include "dft/cluster/batch_folder.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "core/error.hpp"
#include "core/file.hpp"
#include "core/seed.hpp"
#include "io/extended_xyz.hpp"

namespace mlip::dft {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char *batch_file = "batch.json", *structures_file = "structures.extxyz",
                     *done_file = "done.json", *finished_file = "finished", *name_key = "name",
                     *start_key = "start";

Json batch_json(const fs::path& place, const BatchDescription& description, std::size_t chunks) {
  return {{"place", place.string()},
          {"level_of_theory", description.level_of_theory},
          {"scratch", description.scratch.string()},
          {"node_scratch", description.node_scratch},
          {"workers", description.workers},
          {"chunks", chunks},
          {"recipe", description.recipe}};
}

Json json_of(const core::Experience& experience) {
  Json remedies = Json::array();
  for (const auto& [key, tally] : experience.tallies)
    remedies.push_back({key.first, key.second, tally.tries, tally.successes, tally.seconds});
  return {{"seconds", experience.seconds}, {"remedies", remedies}};
}

core::Experience experience_of(const Json& json) {
  core::Experience experience;
  experience.seconds = json.at("seconds");
  for (const Json& row : json.at("remedies"))
    experience.tallies[{row.at(0), row.at(1)}] = {row.at(2), row.at(3), row.at(4)};
  return experience;
}

void write_structures(const fs::path& file, std::span<const Job> jobs) {
  std::vector<io::Frame> frames(jobs.size());
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    frames[i].structure = jobs[i].structure;
    frames[i].info[name_key] = '_' + jobs[i].name;  // a text, whatever it looks like
    if (const auto start = text_of(jobs[i].start); !start.empty())
      frames[i].info[start_key] = '_' + start;
  }
  io::write_extended_xyz(file, frames);
}

std::string key_of(const fs::path& root, const BatchDescription& description,
                   std::span<const std::vector<Job>> chunks) {
  std::uint64_t hash = core::hash_text(batch_json(root, description, chunks.size()).dump());
  for (const auto& jobs : chunks)
    for (const Job& job : jobs) hash = core::hash_text(job.name + '\n' + job_text(job), hash);
  return fmt::format("{:016x}", hash);
}

ChunkAttempt attempt_from(const Json& json) {
  ChunkAttempt attempt;
  attempt.number = json.at("number");
  attempt.cause = cause_of_name(json.at("cause").get<std::string>());
  attempt.chunks = json.at("chunks").get<std::vector<int>>();
  attempt.labelled = json.at("labelled").get<std::vector<std::size_t>>();
  attempt.seconds = json.at("seconds");
  attempt.memory_mb = json.at("memory_mb");
  return attempt;
}

/// Nothing where the file is not there or not what was written.
std::optional<Json> read_json(const fs::path& file) {
  std::error_code unknown;
  if (!fs::exists(file, unknown)) return std::nullopt;
  auto json = Json::parse(core::read_file(file), nullptr, false);
  if (json.is_discarded() || !json.is_object()) return std::nullopt;
  return json;
}

}  // namespace

std::string job_text(const Job& job) {
  std::ostringstream text;
  io::Frame frame;
  frame.structure = job.structure;
  io::write_extended_xyz(text, frame);
  text << text_of(job.start);
  return text.str();
}

BatchFolder::BatchFolder(fs::path path, BatchDescription description, int chunk_count)
    : path_(std::move(path)), description_(std::move(description)), chunk_count_(chunk_count) {}

BatchFolder BatchFolder::create(const fs::path& root, const BatchDescription& description,
                                std::span<const std::vector<Job>> chunks) {
  const fs::path place = fs::absolute(root);
  const std::string key = key_of(place, description, chunks);
  if (auto present = open(place / key)) return *present;
  const fs::path fresh = place / (".new_" + key);
  fs::remove_all(fresh);
  for (std::size_t k = 0; k < chunks.size(); ++k) {
    core::make_folder(fresh / std::to_string(k));
    write_structures(fresh / std::to_string(k) / structures_file, chunks[k]);
  }
  Json json = batch_json(place / key, description, chunks.size());
  json["experience"] = json_of(description.experience);
  core::write_atomically(fresh / batch_file, json.dump(1));
  fs::rename(fresh, place / key);
  return {place / key, description, static_cast<int>(chunks.size())};
}

std::optional<BatchFolder> BatchFolder::open(const fs::path& folder) {
  const fs::path place = fs::absolute(folder);
  const auto json = read_json(place / batch_file);
  try {
    if (!json || json->at("place") != place.string()) return std::nullopt;
    return BatchFolder(
        place,
        {json->at("level_of_theory"), json->at("recipe"), json->at("scratch").get<std::string>(),
         json->at("workers"), experience_of(json->at("experience")), json->at("node_scratch")},
        json->at("chunks"));
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

std::vector<Job> BatchFolder::jobs(int k) const {
  std::vector<Job> jobs;
  for (io::Frame& frame : io::read_extended_xyz(chunk(k) / structures_file)) {
    const auto text = [&](const char* key) {
      return std::get<std::string>(frame.info.at(key)).substr(1);
    };
    Job job{std::move(frame.structure), text(name_key)};
    if (frame.info.contains(start_key)) job.start = magnetic_start_of(text(start_key));
    jobs.push_back(std::move(job));
  }
  return jobs;
}

std::string BatchFolder::job_name(int attempt) const {
  return fmt::format("mlip-{}-{}", path_.filename().string(), attempt);
}

std::vector<ChunkAttempt> BatchFolder::attempts() const {
  std::vector<ChunkAttempt> attempts;
  for (int number = 1;; ++number) {
    const auto stem = fmt::format("attempt_{}", number);
    const auto json = read_json(path_ / (stem + ".json"));
    if (!json) return attempts;
    attempts.push_back(attempt_from(*json));
    attempts.back().submitted = fs::exists(path_ / (stem + ".submitted"));
    attempts.back().stopped = fs::exists(path_ / (stem + ".stopped"));
  }
}

void BatchFolder::write(const ChunkAttempt& attempt) const {
  core::write_atomically(path_ / fmt::format("attempt_{}.json", attempt.number),
                         Json{{"number", attempt.number},
                              {"cause", retry(attempt.cause).name},
                              {"chunks", attempt.chunks},
                              {"labelled", attempt.labelled},
                              {"seconds", attempt.seconds},
                              {"memory_mb", attempt.memory_mb}}
                             .dump());
}

void BatchFolder::mark_submitted(int attempt) const {
  core::write_atomically(path_ / fmt::format("attempt_{}.submitted", attempt), "");
}

void BatchFolder::mark_stopped(int attempt) const {
  core::write_atomically(path_ / fmt::format("attempt_{}.stopped", attempt), "");
}

std::optional<ChunkEnd> BatchFolder::end(int k) const {
  const auto json = read_json(chunk(k) / done_file);
  if (!json) return std::nullopt;
  return ChunkEnd{json->value("attempt", 0), json->value("host", ""), json->value("starved", false),
                  json->value("error", ""), json->value("remedy", "")};
}

void BatchFolder::write_end(int k, const ChunkEnd& end) const {
  core::write_atomically(chunk(k) / done_file, Json{{"attempt", end.attempt},
                                                    {"host", end.host},
                                                    {"starved", end.starved},
                                                    {"error", end.error},
                                                    {"remedy", end.remedy}}
                                                   .dump());
}

bool BatchFolder::finished(int k) const {
  return !fs::exists(chunk(k)) || fs::exists(chunk(k) / finished_file);
}

void BatchFolder::finish(int k) const {
  core::write_atomically(chunk(k) / finished_file, "");
  for (int other = 0; other < chunk_count_; ++other)
    if (!finished(other)) return;
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace mlip::dft
