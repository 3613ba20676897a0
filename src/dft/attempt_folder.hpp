/// What every program that is started for a label needs: a folder, time, and what it left there.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "dft/oracle.hpp"
#include "dft/scratch_folders.hpp"
#include "exec/process.hpp"

namespace mlip::dft {

/// A folder name of any structure's name.
[[nodiscard]] std::string folder_name(const std::string& name);

/// Whole content; empty where the file is not there.
[[nodiscard]] std::string content_of(const std::filesystem::path& file);

/// Room on the folder's disk; 1e15 where unknown.
[[nodiscard]] double free_bytes(const std::filesystem::path& folder);

/// Lets the time pass; false when the token asked to stop first.
[[nodiscard]] bool wait(double seconds, const std::stop_token& stop);

/// The scratch folder of one structure; a fresh folder in it for each attempt.
class AttemptFolders {
 public:
  /// What an earlier labelling of the same name left and kept is deleted.
  AttemptFolders(ScratchFolders scratch, const std::string& name);
  /// Deletes the structure's folder.
  ~AttemptFolders();
  AttemptFolders(const AttemptFolders&) = delete;
  AttemptFolders& operator=(const AttemptFolders&) = delete;

  [[nodiscard]] std::filesystem::path folder(int attempt) const;
  /// Like no other's of this machine or another; 21 characters.
  [[nodiscard]] std::string new_run_id(int attempt) const;
  /// What there is of the files of an attempt goes to KEPT/ROOM/NAME/attempt_N.
  void keep(const char* room, int attempt, const std::vector<const char*>& files) const;
  /// The same of one file, packed by gzip.
  void keep_packed(const char* room, int attempt, const char* file) const;

 private:
  [[nodiscard]] std::filesystem::path kept(const char* room, int attempt) const;

  ScratchFolders scratch_;
  std::string name_;
};

/// A label by `heal(launch)`, where launch(numerics, attempt, seconds) waits and then returns
/// run(numerics, attempt), or a run that was stopped.  Each attempt but an accepted last one is
/// kept as failed by `scratch`, where it is not our stop that ended it.
template <class Scratch, class Run, class Heal>
[[nodiscard]] core::Outcome label_in(const Scratch& scratch, const std::stop_token& stop,
                                     const Run& run, const Heal& heal) {
  int last = 0;
  const auto launch = [&](const auto& numerics, int attempt, double wait_seconds) {
    if (last > 0) scratch.keep_failed(last);
    last = attempt;
    if (!wait(wait_seconds, stop)) {
      decltype(run(numerics, attempt)) none;
      none.completion.end = exec::Completion::End::stopped;
      return none;
    }
    return run(numerics, attempt);
  };
  try {
    core::Outcome outcome = heal(launch);
    if (!outcome.accepted && last > 0 && !interrupted(outcome)) scratch.keep_failed(last);
    if (outcome.accepted) scratch.keep_accepted(last);
    return outcome;
  } catch (const core::UserError&) {
    if (last > 0) scratch.keep_failed(last);
    throw;
  }
}

}  // namespace mlip::dft
