#include "pipeline/timeline_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace mlip::pipeline {

namespace {

constexpr std::size_t piece_size = 256;

nlohmann::json piece_of(const Timeline& timeline, std::size_t begin) {
  nlohmann::json piece = nlohmann::json::array();
  const std::size_t end = std::min(begin + piece_size, timeline.intervals.size());
  for (std::size_t k = begin; k < end; ++k) {
    const Interval& i = timeline.intervals[k];
    piece.push_back({i.begin, i.end, i.cores, i.engine});
  }
  return piece;
}

}  // namespace

void store_timeline(store::Database& database, const Timeline& timeline, std::size_t stored) {
  nlohmann::json sessions = nlohmann::json::array();
  for (const Session& s : timeline.sessions) sessions.push_back({s.begin, s.end});
  database.put_document("sessions", sessions.dump());
  for (std::size_t begin = stored - stored % piece_size; begin < timeline.intervals.size();
       begin += piece_size)
    database.put_document(fmt::format("timeline/{}", begin / piece_size),
                          piece_of(timeline, begin).dump());
}

Timeline load_timeline(const store::Database& database) {
  Timeline timeline;
  if (const auto sessions = database.document("sessions"))
    for (const auto& s : nlohmann::json::parse(*sessions))
      timeline.sessions.push_back({s[0].get<double>(), s[1].get<double>()});
  for (const std::string& name : database.document_names("timeline/"))
    for (const auto& i : nlohmann::json::parse(*database.document(name)))
      timeline.intervals.push_back(
          {i[0].get<double>(), i[1].get<double>(), i[2].get<double>(), i[3].get<std::string>()});
  return timeline;
}

}  // namespace mlip::pipeline
