#include "dft/cluster/cluster_session.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "core/error.hpp"

namespace mlip::dft {

namespace {

namespace fs = std::filesystem;
using exec::TaskState;

constexpr double longest_pause = 60;

void pause_between_rounds(double seconds, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any condition;
  std::unique_lock lock(mutex);
  condition.wait_for(lock, stop, std::chrono::duration<double>(seconds), [] { return false; });
}

const exec::TaskReport* report_of(
    const std::map<std::pair<std::string, int>, exec::TaskReport>& reports,
    const OpenChunk& chunk) {
  const auto found = reports.find({chunk.job_name(), chunk.number()});
  return found == reports.end() ? nullptr : &found->second;
}

}  // namespace

ClusterSession::ClusterSession(exec::Cluster& cluster, const ClusterOptions& options,
                               const Tell& tell, const Oracle& oracle, std::span<const Job> jobs,
                               const Done& done)
    : cluster_(cluster), options_(options), tell_(tell), oracle_(oracle), jobs_(jobs), done_(done) {
  for (std::size_t i = 0; i < jobs.size(); ++i) unowned_[job_text(jobs[i])].push_back(i);
}

void ClusterSession::run(std::stop_token stop) {
  try {
    find_earlier_chunks();
    make_chunks();
    for (double pause = options_.poll_seconds; !stop.stop_requested();) {
      const bool answered = round(stop);
      if (chunks_.empty()) return close();
      pause = answered ? options_.poll_seconds
                       : std::min(2 * pause, std::max(longest_pause, options_.poll_seconds));
      pause_between_rounds(pause, stop);
    }
  } catch (...) {
    cancel();
    throw;
  }
  collect();
  cancel();
}

Wanted ClusterSession::wanted_of(const BatchFolder& batch, int number) {
  Wanted wanted;
  for (const Job& job : batch.jobs(number))
    if (auto node = unowned_.extract(job_text(job))) wanted.insert(std::move(node));
  return wanted;
}

void ClusterSession::open(const BatchFolder& batch, int number) {
  OpenChunk chunk(batch, number, wanted_of(batch, number));
  if (!chunk.wanted().empty()) chunks_.push_back(std::move(chunk));
}

void ClusterSession::find_earlier_chunks() {
  std::set<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(options_.folder)) folders.insert(entry.path());
  for (const fs::path& folder : folders) {
    const auto batch = BatchFolder::open(folder);
    if (!batch || batch->description().level_of_theory != oracle_.level_of_theory()) continue;
    if (batch->description().recipe == oracle_.recipe())
      take_over(*batch);
    else
      take_ledgers(*batch);
  }
  if (!chunks_.empty())
    tell(fmt::format("{} chunks of an earlier start are found again", chunks_.size()));
}

void ClusterSession::take_over(const BatchFolder& batch) {
  for (int k = 0; k < batch.chunk_count(); ++k)
    if (!batch.finished(k)) open(batch, k);
}

/// The same physics by other means, perhaps by those that failed: what is there is taken, the rest
/// is labelled anew.
void ClusterSession::take_ledgers(const BatchFolder& batch) {
  for (const ChunkAttempt& attempt : batch.attempts()) {
    if (attempt.stopped) continue;
    cluster_.cancel(std::vector{batch.job_name(attempt.number)});
    batch.mark_stopped(attempt.number);
  }
  for (int k = 0; k < batch.chunk_count(); ++k) {
    if (batch.finished(k)) continue;
    OpenChunk chunk(batch, k, wanted_of(batch, k));
    chunk.collect(done_);
    auto rest = chunk.wanted();
    unowned_.merge(rest);
  }
}

void ClusterSession::make_chunks() {
  std::vector<std::size_t> first;
  std::vector<double> seconds;
  for (const auto& [text, indices] : unowned_) {
    first.push_back(indices.front());
    seconds.push_back(predicted(jobs_.subspan(indices.front(), 1)));
  }
  std::vector<std::vector<Job>> chunks;
  for (const auto& indices : chunks_of(seconds, options_.sizes)) {
    chunks.emplace_back();
    for (const std::size_t k : indices) chunks.back().push_back(jobs_[first[k]]);
  }
  const std::size_t most = options_.tasks_of_a_job;
  for (std::size_t k = 0; k < chunks.size(); k += most)
    take_over(BatchFolder::create(options_.folder, description(),
                                  std::span(chunks).subspan(k, std::min(most, chunks.size() - k))));
}

bool ClusterSession::round(const std::stop_token& stop) {
  const auto names = job_names();
  Reports reports;
  if (!names.empty()) {
    auto answer = cluster_.ask(names, stop);
    if (!answer) {
      if (!stop.stop_requested())
        tell(fmt::format("the cluster does not answer: {}", answer.reason()));
      return collect(), false;
    }
    for (auto& report : answer.value()) {
      std::pair key(report.job, report.task);
      reports.insert_or_assign(std::move(key), std::move(report));
    }
  }
  collect();
  for (OpenChunk& chunk : chunks_) judge(chunk, reports);
  write_attempts();
  drop_settled();
  const bool answered = submit(reports, stop);
  drop_settled();
  if (answered) tell_counts(reports);
  return answered;
}

void ClusterSession::collect() {
  for (OpenChunk& chunk : chunks_) {
    chunk.collect(done_);
    if (chunk.wanted().empty() && chunk.complete())
      ending_.emplace_back(chunk.batch(), chunk.number());
  }
  drop_settled();
}

void ClusterSession::drop_settled() {
  std::erase_if(chunks_, [](const OpenChunk& chunk) { return chunk.wanted().empty(); });
  chunks_.splice(chunks_.end(), born_);
}

void ClusterSession::judge(OpenChunk& chunk, const Reports& reports) {
  const ChunkAttempt* const last = chunk.attempt();
  if (last == nullptr) {
    const double seconds = first_time_limit(predicted(chunk.rest()), options_.longest_seconds);
    planned_[{chunk.batch().path(), Cause::first, seconds, options_.memory_mb}].push_back(&chunk);
    return;
  }
  const auto* const report = report_of(reports, chunk);
  if (report != nullptr && !last->submitted) {
    chunk.batch().mark_submitted(last->number);
    chunk.mark_submitted();
  }
  if (report != nullptr && report->hopeless)
    return refused(chunk,
                   fmt::format("task {} would wait for ever: {}", report->id, report->reason));
  if (!last->submitted && !last->stopped) return;
  const auto cause = chunk.ended(report, options_.grace_seconds);
  if (!cause) return;
  const bool at_the_limit = *cause == Cause::time_limit &&
                            last->seconds >= options_.longest_seconds && !chunk.progressed();
  const std::string evidence = chunk.evidence(report);
  if (chunk.fruitless(*cause) >= retry(*cause).budget || at_the_limit)
    return last_resort(chunk, *cause, evidence);
  if (*cause != Cause::stopped) tell(fmt::format("{}: {}; again", retry(*cause).name, evidence));
  repeat(chunk, *cause);
}

void ClusterSession::repeat(OpenChunk& chunk, Cause cause) {
  const Retry& row = retry(cause);
  const ChunkAttempt& last = *chunk.attempt();
  const double seconds = std::min(row.time_factor * last.seconds, options_.longest_seconds);
  const int memory_mb = static_cast<int>(row.memory_factor * last.memory_mb);
  planned_[{chunk.batch().path(), cause, seconds, memory_mb}].push_back(&chunk);
}

void ClusterSession::last_resort(OpenChunk& chunk, Cause cause, const std::string& evidence) {
  const Retry& row = retry(cause);
  if (row.last_resort == LastResort::stop_run) {
    const bool told = chunk.end() && !chunk.end()->remedy.empty();
    throw core::UserError(core::ExitCode::failed, fmt::format("{}: {}", row.name, evidence),
                          told ? chunk.end()->remedy : std::string(row.advice));
  }
  if (chunk.rest().size() > 1) {
    tell(fmt::format("{}: {}; each structure alone", row.name, evidence));
    split(chunk);
    chunk.give_up({}, [](std::size_t, const core::Outcome&) {});
    return;
  }
  core::Outcome outcome;
  outcome.attempts.push_back({std::string(row.name), "", 0, 0, evidence});
  chunk.give_up(outcome, done_);
}

void ClusterSession::split(const OpenChunk& chunk) {
  std::vector<std::vector<Job>> alone;
  for (Job& job : chunk.rest()) alone.push_back({std::move(job)});
  const auto batch = BatchFolder::create(options_.folder, description(), alone);
  chunk.batch().finish(chunk.number());
  for (int k = 0; k < batch.chunk_count(); ++k) {
    Wanted wanted;
    for (const Job& job : batch.jobs(k)) {
      const auto text = job_text(job);
      wanted[text] = chunk.wanted().at(text);
    }
    born_.emplace_back(batch, k, std::move(wanted));
  }
}

/// Chunks on the same terms are one job; it is written down before it is submitted.
void ClusterSession::write_attempts() {
  for (const auto& [terms, chunks] : planned_) {
    const BatchFolder& batch = chunks.front()->batch();
    ChunkAttempt attempt;
    attempt.number = static_cast<int>(batch.attempts().size()) + 1;
    std::tie(std::ignore, attempt.cause, attempt.seconds, attempt.memory_mb) = terms;
    for (const OpenChunk* chunk : chunks) {
      attempt.chunks.push_back(chunk->number());
      attempt.labelled.push_back(chunk->labelled());
    }
    batch.write(attempt);
    for (OpenChunk* chunk : chunks) chunk->attach(attempt);
  }
  planned_.clear();
}

/// A job more only while the tasks there leave room: queues limit how many one may have.
bool ClusterSession::submit(const Reports& reports, const std::stop_token& stop) {
  auto open = std::ranges::count_if(reports, [](const auto& report) {
    return report.second.state == TaskState::waiting || report.second.state == TaskState::running;
  });
  std::map<std::string, int> names;
  for (const OpenChunk& chunk : chunks_) {
    const ChunkAttempt* const attempt = chunk.attempt();
    if (attempt == nullptr || attempt->submitted || attempt->stopped) continue;
    const auto known = reports.lower_bound({chunk.job_name(), 0});
    if (known == reports.end() || known->first.first != chunk.job_name()) ++names[chunk.job_name()];
  }
  for (const auto& [name, tasks] : names) {
    if (open >= options_.sizes.tasks_at_once) break;
    if (stop.stop_requested() || !submit_attempt(name, stop)) return false;
    open += tasks;
  }
  return true;
}

bool ClusterSession::submit_attempt(const std::string& name, const std::stop_token& stop) {
  std::vector<OpenChunk*> members;
  for (OpenChunk& chunk : chunks_)
    if (chunk.job_name() == name) members.push_back(&chunk);
  const BatchFolder& batch = members.front()->batch();
  const ChunkAttempt attempt = *members.front()->attempt();
  exec::ArrayJob job;
  job.name = name;
  job.comment = "mlip-auto " + options_.folder.string();
  job.folder = batch.path();
  job.argv = {options_.program, "chunk", batch.path().string(), std::to_string(attempt.number)};
  job.seconds = attempt.seconds;
  job.memory_mb = attempt.memory_mb;
  for (const OpenChunk* chunk : members) job.tasks.push_back(chunk->number());
  const auto answer = cluster_.submit(job, stop);
  if (answer.submission == exec::Submission::unreachable) {
    if (!stop.stop_requested()) tell(fmt::format("the cluster takes no job now: {}", answer.text));
    return false;
  }
  if (answer.submission == exec::Submission::accepted) batch.mark_submitted(attempt.number);
  for (OpenChunk* chunk : members)
    if (answer.submission == exec::Submission::accepted)
      chunk->mark_submitted();
    else
      refused(*chunk, answer.text);
  return true;
}

/// What a structure asks for more than others, it does not get; what all ask for is the user's.
void ClusterSession::refused(OpenChunk& chunk, const std::string& text) {
  const Cause cause = chunk.attempt()->cause;
  if (cause != Cause::time_limit && cause != Cause::out_of_memory)
    throw core::UserError(
        core::ExitCode::failed, fmt::format("the cluster refuses jobs: {}", text),
        "change partition, account, cores, memory or time of the tasks in resources");
  cluster_.cancel(std::vector{chunk.job_name()});
  last_resort(chunk, cause, text);
}

void ClusterSession::cancel() {
  cluster_.cancel(job_names());
  for (OpenChunk& chunk : chunks_)
    if (chunk.attempt() != nullptr && !chunk.attempt()->stopped) {
      chunk.batch().mark_stopped(chunk.attempt()->number);
      chunk.mark_stopped();
    }
}

/// The last label is there a moment before its task's end is.
void ClusterSession::close() {
  using namespace std::chrono_literals;
  for (int patience = 50; !ending_.empty() && patience > 0; --patience) {
    for (const auto& [batch, number] : ending_)
      if (batch.end(number)) batch.finish(number);
    std::erase_if(ending_, [](const auto& chunk) { return chunk.first.finished(chunk.second); });
    if (!ending_.empty()) std::this_thread::sleep_for(100ms);
  }
}

void ClusterSession::tell(const std::string& text) {
  if (tell_ && text != told_) tell_(text);
  told_ = text;
}

void ClusterSession::tell_counts(const Reports& reports) {
  std::size_t running = 0, waiting = 0;
  std::set<std::string> reasons;
  for (const OpenChunk& chunk : chunks_) {
    const auto* const report = report_of(reports, chunk);
    if (report == nullptr) continue;
    if (report->state == TaskState::running) ++running;
    if (report->state != TaskState::waiting) continue;
    ++waiting;
    reasons.insert(report->reason);
  }
  if (running + waiting > 0)
    tell(fmt::format("{} tasks run, {} wait{}", running, waiting,
                     waiting > 0 ? fmt::format(" ({})", fmt::join(reasons, ", ")) : ""));
}

double ClusterSession::predicted(std::span<const Job> jobs) const {
  double sum = 0, longest = 0;
  for (const Job& job : jobs) {
    const double cost = oracle_.cost(job.structure);
    sum += cost;
    longest = std::max(longest, cost);
  }
  return std::max(sum, longest * options_.workers) / options_.cores;
}

BatchDescription ClusterSession::description() const {
  return {oracle_.level_of_theory(), oracle_.recipe(),     options_.scratch,
          options_.workers,          oracle_.experience(), options_.node_scratch};
}

std::vector<std::string> ClusterSession::job_names() const {
  std::set<std::string> names;
  for (const OpenChunk& chunk : chunks_)
    if (chunk.attempt() != nullptr && !chunk.attempt()->stopped) names.insert(chunk.job_name());
  return {names.begin(), names.end()};
}

}  // namespace mlip::dft
