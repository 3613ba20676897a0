/// What the cores did when: the intervals in which an engine (pw.x, LAMMPS, the fit) was at work.
#pragma once

#include <string>
#include <vector>

namespace mlip::pipeline {

/// Seconds since the epoch.
[[nodiscard]] double now_seconds();

struct Interval {
  double begin, end;  ///< s since the epoch
  double cores;       ///< kept busy
  std::string engine;
};

/// One stretch of the run between its start and its end or kill.
struct Session {
  double begin, end;
};

struct Timeline {
  std::vector<Interval> intervals;
  std::vector<Session> sessions;

  /// Wall time of all sessions, s.
  [[nodiscard]] double wall_seconds() const;
  /// Core-seconds of engines over core-seconds there were; at no time more than `cores` count.
  [[nodiscard]] double busy_fraction(int cores) const;
};

}  // namespace mlip::pipeline
