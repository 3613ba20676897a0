/// One call of ClusterExecutor::label under way.
#pragma once

#include <filesystem>
#include <list>
#include <map>
#include <span>
#include <stop_token>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "dft/cluster/cluster_executor.hpp"
#include "dft/cluster/open_chunk.hpp"

namespace mlip::dft {

class ClusterSession {
 public:
  /// All arguments outlive the session.
  ClusterSession(exec::Cluster& cluster, const ClusterOptions& options, const Tell& tell,
                 const Oracle& oracle, std::span<const Job> jobs, const Done& done);
  /// As ClusterExecutor::label.
  void run(std::stop_token stop);

 private:
  using Reports = std::map<std::pair<std::string, int>, exec::TaskReport>;
  /// What chunks must share to be one attempt: folder, cause, time limit, memory.
  using Terms = std::tuple<std::filesystem::path, Cause, double, int>;

  void find_earlier_chunks();
  void take_over(const BatchFolder& batch);
  void take_ledgers(const BatchFolder& batch);
  void make_chunks();
  void open(const BatchFolder& batch, int number);
  [[nodiscard]] Wanted wanted_of(const BatchFolder& batch, int number);

  /// Collects, judges what ended, submits; false where the cluster does not answer.
  bool round(const std::stop_token& stop);
  void collect();
  void judge(OpenChunk& chunk, const Reports& reports);
  void repeat(OpenChunk& chunk, Cause cause);
  void last_resort(OpenChunk& chunk, Cause cause, const std::string& evidence);
  void split(const OpenChunk& chunk);
  void write_attempts();
  void drop_settled();
  [[nodiscard]] bool submit(const Reports& reports, const std::stop_token& stop);
  [[nodiscard]] bool submit_attempt(const std::string& name, const std::stop_token& stop);
  void refused(OpenChunk& chunk, const std::string& text);
  void cancel();
  void close();
  void tell(const std::string& text);
  void tell_counts(const Reports& reports);

  [[nodiscard]] double predicted(std::span<const Job> jobs) const;
  [[nodiscard]] BatchDescription description() const;
  [[nodiscard]] std::vector<std::string> job_names() const;

  exec::Cluster& cluster_;
  const ClusterOptions& options_;
  const Tell& tell_;
  const Oracle& oracle_;
  std::span<const Job> jobs_;
  const Done& done_;
  Wanted unowned_;  ///< in no chunk yet
  std::list<OpenChunk> chunks_, born_;
  std::map<Terms, std::vector<OpenChunk*>> planned_;
  std::vector<std::pair<BatchFolder, int>> ending_;  ///< labelled to the end, done.json to come
  std::string told_;
};

}  // namespace mlip::dft
