/// The folder in which a batch of chunks meets the tasks that label them.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dft/cluster/retries.hpp"
#include "dft/oracle.hpp"

namespace mlip::dft {

/// Equal where the structures are, bit by bit, and begin with the same moments.
[[nodiscard]] std::string job_text(const Job& job);

/// One submission of some chunks of a batch.
struct ChunkAttempt {
  int number = 1;
  Cause cause = Cause::first;         ///< the same for all its chunks
  std::vector<int> chunks;            ///< in ascending order
  std::vector<std::size_t> labelled;  ///< structures of each that had an outcome before
  double seconds = 0;                 ///< time limit
  int memory_mb = 0;
  bool submitted = false;  ///< the cluster took it
  bool stopped = false;    ///< we cancelled it
};

/// How a task ended that came to its end.
struct ChunkEnd {
  int attempt = 0;
  std::string host;
  bool starved = false;       ///< structures failed for want of memory; they have no outcome
  std::string error, remedy;  ///< of the UserError that ended it; empty: none
};

/// What is said once of a batch.
struct BatchDescription {
  std::string level_of_theory;
  std::string recipe;                ///< of its oracle
  std::filesystem::path scratch;     ///< absolute
  int workers = 1;                   ///< structures at once in a task
  core::Experience experience = {};  ///< of the oracle when the batch was made; not in its KEY
  std::string node_scratch = {};     ///< as node_folder() takes it
};

/// Files, in ROOT/KEY, all written whole or not at all:
///   batch.json             the description
///   attempt_N.json         written before it is submitted; attempt_N.submitted, .stopped after
///   K/structures.extxyz    of chunk K
///   K/ledger.extxyz        outcomes, as they come
///   K/done.json            how its last task ended; the truth, whatever the cluster says
///   K/finished             nobody wants more of it: all is taken, or moved to other chunks
///   output_JOB_K.txt       what the task printed
class BatchFolder {
 public:
  /// KEY is the hash of place and content: where there is such a folder it is that one.
  [[nodiscard]] static BatchFolder create(const std::filesystem::path& root,
                                          const BatchDescription& description,
                                          std::span<const std::vector<Job>> chunks);
  /// Nothing where it is no whole batch, or one that has been moved here from another place.
  [[nodiscard]] static std::optional<BatchFolder> open(const std::filesystem::path& folder);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] const BatchDescription& description() const { return description_; }
  [[nodiscard]] int chunk_count() const { return chunk_count_; }
  [[nodiscard]] std::filesystem::path chunk(int k) const { return path_ / std::to_string(k); }
  [[nodiscard]] std::filesystem::path ledger(int k) const { return chunk(k) / "ledger.extxyz"; }
  [[nodiscard]] std::vector<Job> jobs(int k) const;
  /// Name of the cluster's job of an attempt.
  [[nodiscard]] std::string job_name(int attempt) const;

  [[nodiscard]] std::vector<ChunkAttempt> attempts() const;
  void write(const ChunkAttempt& attempt) const;
  void mark_submitted(int attempt) const;
  void mark_stopped(int attempt) const;

  [[nodiscard]] std::optional<ChunkEnd> end(int k) const;
  void write_end(int k, const ChunkEnd& end) const;
  /// Also where the whole folder is gone.
  [[nodiscard]] bool finished(int k) const;
  /// Removes the whole folder with the last of its chunks.
  void finish(int k) const;

 private:
  BatchFolder(std::filesystem::path path, BatchDescription description, int chunk_count);

  std::filesystem::path path_;
  BatchDescription description_;
  int chunk_count_;
};

}  // namespace mlip::dft
