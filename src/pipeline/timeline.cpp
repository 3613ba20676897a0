#include "pipeline/timeline.hpp"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

namespace mlip::pipeline {

double now_seconds() {
  using namespace std::chrono;
  return duration<double>(system_clock::now().time_since_epoch()).count();
}

double Timeline::wall_seconds() const {
  double sum = 0;
  for (const Session& session : sessions) sum += session.end - session.begin;
  return sum;
}

double Timeline::mean_cost(const std::string& engine) const {
  double sum = 0;
  std::size_t count = 0;
  for (const Interval& interval : intervals) {
    if (interval.engine != engine) continue;
    sum += (interval.end - interval.begin) * interval.cores;
    ++count;
  }
  return count > 0 ? sum / double(count) : 0;
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

nlohmann::json to_json(const Timeline& timeline) {
  nlohmann::json json{{"intervals", nlohmann::json::array()},
                      {"sessions", nlohmann::json::array()}};
  for (const Interval& i : timeline.intervals)
    json["intervals"].push_back({i.begin, i.end, i.cores, i.engine});
  for (const Session& s : timeline.sessions) json["sessions"].push_back({s.begin, s.end});
  return json;
}

Timeline timeline_from_json(const nlohmann::json& json) {
  Timeline timeline;
  for (const auto& i : json.at("intervals"))
    timeline.intervals.push_back(
        {i[0].get<double>(), i[1].get<double>(), i[2].get<double>(), i[3].get<std::string>()});
  for (const auto& s : json.at("sessions"))
    timeline.sessions.push_back({s[0].get<double>(), s[1].get<double>()});
  return timeline;
}

}  // namespace mlip::pipeline
