#include "pipeline/timeline.hpp"

#include <algorithm>
#include <chrono>

namespace mlip::pipeline {

double now_seconds() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

double Timeline::wall_seconds() const {
  double sum = 0;
  for (const Session& session : sessions) sum += session.end - session.begin;
  return sum;
}

double Timeline::busy_fraction(int cores) const {
  struct Edge {
    double time, change;
  };
  std::vector<Edge> edges;
  for (const Interval& interval : intervals) {
    edges.push_back({interval.begin, interval.cores});
    edges.push_back({interval.end, -interval.cores});
  }
  std::sort(edges.begin(), edges.end(),
            [](const Edge& a, const Edge& b) { return a.time < b.time; });
  double busy = 0, active = 0;
  for (std::size_t k = 0; k + 1 < edges.size(); ++k) {
    active += edges[k].change;
    busy += std::clamp(active, 0.0, double(cores)) * (edges[k + 1].time - edges[k].time);
  }
  const double wall = wall_seconds();
  return wall > 0 ? std::min(1.0, busy / (wall * cores)) : 0;
}

}  // namespace mlip::pipeline
