/// A chunk as the one who waits for it sees it.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dft/cluster/batch_folder.hpp"
#include "exec/cluster.hpp"

namespace mlip::dft {

/// Indices of the caller's jobs by job_text of what is to be labelled.
using Wanted = std::map<std::string, std::vector<std::size_t>>;

/// What the caller still wants of a chunk.
class OpenChunk {
 public:
  /// `wanted` is of the chunk's structures only.
  OpenChunk(const BatchFolder& batch, int number, Wanted wanted);

  [[nodiscard]] const BatchFolder& batch() const { return batch_; }
  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] const Wanted& wanted() const { return wanted_; }
  /// Structures of the chunk that have an outcome.
  [[nodiscard]] std::size_t labelled() const { return labelled_; }
  [[nodiscard]] bool complete() const { return labelled_ == jobs_.size(); }

  /// Hands over what is new in the ledger; the file is read only when it has grown.
  void collect(const Done& done);
  /// Hands over one outcome for everything that is still wanted.
  void give_up(const core::Outcome& outcome, const Done& done);
  [[nodiscard]] std::vector<Job> rest() const;

  /// The newest attempt with this chunk.
  [[nodiscard]] const ChunkAttempt* attempt() const;
  [[nodiscard]] std::string job_name() const;
  void attach(const ChunkAttempt& attempt) { attempts_.push_back(attempt); }
  void mark_submitted() { attempts_.back().submitted = true; }
  void mark_stopped() { attempts_.back().stopped = true; }
  /// Attempts for this cause since something was labelled, or since we cancelled one.
  [[nodiscard]] int fruitless(Cause cause) const;
  /// The newest attempt has labelled something.
  [[nodiscard]] bool progressed() const;

  /// Why the newest attempt is over, where it is; `report` is what the cluster knows of it.
  /// Nothing while it waits or runs, or while its files may still come.
  [[nodiscard]] std::optional<Cause> ended(const exec::TaskReport* report, double grace_seconds);
  /// What its task printed last, or what done.json says; of one line.
  [[nodiscard]] std::string evidence(const exec::TaskReport* report) const;
  /// How the last task that came to its end did so, as of the last collect().
  [[nodiscard]] const std::optional<ChunkEnd>& end() const { return end_; }

 private:
  [[nodiscard]] std::size_t labelled_before(const ChunkAttempt& attempt) const;
  [[nodiscard]] bool waited(double seconds);

  BatchFolder batch_;
  int number_;
  Wanted wanted_;
  std::vector<Job> jobs_;
  std::vector<std::string> texts_;
  std::vector<ChunkAttempt> attempts_;
  std::optional<ChunkEnd> end_;
  std::size_t labelled_ = 0;
  std::uintmax_t ledger_size_ = 0;
  std::optional<std::chrono::steady_clock::time_point> silent_since_;
};

}  // namespace mlip::dft
