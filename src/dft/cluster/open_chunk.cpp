#include "dft/cluster/open_chunk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <utility>

#include "dft/ledger.hpp"

namespace mlip::dft {

namespace {

/// The last bytes of a file, or nothing.
std::string tail_of(const std::filesystem::path& file) {
  constexpr std::streamoff most = 8192;
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  if (!in) return "";
  const std::streamoff size = in.tellg();
  in.seekg(std::max<std::streamoff>(0, size - most));
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string output_of(const OpenChunk& chunk, const exec::TaskReport* report) {
  if (report == nullptr) return "";
  return tail_of(chunk.batch().path() / fmt::format("output_{}.txt", report->id));
}

std::string last_line_of(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.find_last_of('\n') + 1);
}

}  // namespace

OpenChunk::OpenChunk(const BatchFolder& batch, int number, Wanted wanted)
    : batch_(batch), number_(number), wanted_(std::move(wanted)), jobs_(batch.jobs(number)) {
  for (const Job& job : jobs_) texts_.push_back(job_text(job));
  for (const ChunkAttempt& attempt : batch.attempts())
    if (std::ranges::count(attempt.chunks, number) > 0) attempts_.push_back(attempt);
}

void OpenChunk::collect(const Done& done) {
  end_ = batch_.end(number_);  // before the ledger: what it speaks of is in there
  std::error_code absent;
  const auto file = batch_.ledger(number_);
  const auto size = std::filesystem::file_size(file, absent);
  if (absent || size == ledger_size_) return;
  ledger_size_ = size;
  const auto ledger = Ledger::snapshot(file, batch_.description().level_of_theory);
  labelled_ = 0;
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    const auto outcome = ledger.find(jobs_[i].structure, jobs_[i].start);
    if (!outcome) continue;
    ++labelled_;
    const auto found = wanted_.find(texts_[i]);
    if (found == wanted_.end()) continue;
    const auto indices = std::move(found->second);
    wanted_.erase(found);
    for (const std::size_t index : indices) done(index, *outcome);
  }
}

void OpenChunk::give_up(const core::Outcome& outcome, const Done& done) {
  const auto wanted = std::exchange(wanted_, {});
  for (const auto& [text, indices] : wanted)
    for (const std::size_t index : indices) done(index, outcome);
}

std::vector<Job> OpenChunk::rest() const {
  std::vector<Job> rest;
  for (std::size_t i = 0; i < jobs_.size(); ++i)
    if (wanted_.contains(texts_[i])) rest.push_back(jobs_[i]);
  return rest;
}

const ChunkAttempt* OpenChunk::attempt() const {
  return attempts_.empty() ? nullptr : &attempts_.back();
}

std::string OpenChunk::job_name() const {
  return attempts_.empty() ? "" : batch_.job_name(attempts_.back().number);
}

int OpenChunk::fruitless(Cause cause) const {
  int count = 0;
  for (const ChunkAttempt& attempt : attempts_) {
    if (attempt.cause == cause && labelled_before(attempt) == labelled_) ++count;
    if (attempt.stopped) count = 0;
  }
  return count;
}

bool OpenChunk::progressed() const {
  return labelled_ > labelled_before(attempts_.back());
}

std::size_t OpenChunk::labelled_before(const ChunkAttempt& attempt) const {
  const auto place = std::ranges::find(attempt.chunks, number_) - attempt.chunks.begin();
  return attempt.labelled.at(static_cast<std::size_t>(place));
}

bool OpenChunk::waited(double seconds) {
  const auto now = std::chrono::steady_clock::now();
  if (!silent_since_) silent_since_ = now;
  return std::chrono::duration<double>(now - *silent_since_).count() >= seconds;
}

std::optional<Cause> OpenChunk::ended(const exec::TaskReport* report, double grace_seconds) {
  using exec::TaskState;
  if (attempts_.back().stopped) return Cause::stopped;
  if (end_ && end_->attempt >= attempts_.back().number)
    return !end_->error.empty() ? Cause::refused
           : end_->starved      ? Cause::out_of_memory
                                : Cause::lost;
  const bool alive = report != nullptr &&
                     (report->state == TaskState::waiting || report->state == TaskState::running);
  if (alive) silent_since_.reset();
  if (alive) return std::nullopt;
  const bool told = report != nullptr && report->state != TaskState::completed;
  if (!told && !waited(grace_seconds)) return std::nullopt;
  silent_since_.reset();
  return report == nullptr ? Cause::lost : cause_of(report->state, output_of(*this, report));
}

std::string OpenChunk::evidence(const exec::TaskReport* report) const {
  if (end_ && !end_->error.empty()) return fmt::format("{} (on '{}')", end_->error, end_->host);
  const std::string task = report != nullptr ? fmt::format("task {}: ", report->id) : "";
  const std::string line = last_line_of(output_of(*this, report));
  if (!line.empty()) return task + line;
  return task + (report != nullptr ? report->reason : "no trace of it");
}

}  // namespace mlip::dft
