#include "dft/rank_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/date.hpp"
#include "core/error.hpp"
#include "core/file.hpp"

namespace mlip::dft {

namespace {

/// Costs (factor) up to which one structure tells of another.
constexpr double same_size = 4;

/// Logarithm of the factor between two costs, for structures that share the same; else infinite.
double distance(const Extent& a, const Extent& b) {
  if ((a.shared_points > 1) != (b.shared_points > 1)) return INFINITY;
  return std::abs(std::log(a.core_seconds / b.core_seconds));
}

bool of_one_size(const Extent& a, const Extent& b) {
  return distance(a, b) <= std::log(same_size);
}

MeasuredSpeed row_from(const nlohmann::json& json) {
  MeasuredSpeed row{json.at("structure"),
                    json.at("date"),
                    {json.at("core_seconds"), json.at("shared_points")},
                    json.at("most_ranks"),
                    {}};
  for (const auto& [ranks, times] : json.at("speedup").items())
    row.speedup[std::stoi(ranks)] = times;
  return row;
}

nlohmann::ordered_json to_json(const MeasuredSpeed& row) {
  auto speedup = nlohmann::ordered_json::object();
  for (const auto& [ranks, times] : row.speedup) speedup[std::to_string(ranks)] = times;
  return {{"structure", row.structure},
          {"date", row.date},
          {"core_seconds", row.extent.core_seconds},
          {"shared_points", row.extent.shared_points},
          {"most_ranks", row.most_ranks},
          {"speedup", speedup}};
}

std::vector<MeasuredSpeed> rows_of(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return {};
  try {
    std::vector<MeasuredSpeed> rows;
    for (const auto& row : nlohmann::json::parse(core::read_file(file)))
      rows.push_back(row_from(row));
    return rows;
  } catch (const std::exception& error) {
    throw core::UserError(
        core::ExitCode::bad_input,
        fmt::format("'{}' is no table of speeds: {}", file.string(), error.what()),
        "remove it: the next run measures again");
  }
}

}  // namespace

int useful_ranks(const Extent& extent, int ranks) {
  return extent.shared_points > 1 ? std::min(ranks, extent.shared_points) : ranks;
}

RankTable::RankTable(const std::filesystem::path& folder, int machine_cores)
    : machine_cores_(machine_cores) {
  if (folder.empty()) return;
  file_ = folder / fmt::format("ranks_on_{}_cores.json", machine_cores);
  rows_ = rows_of(file_);
}

const MeasuredSpeed* RankTable::nearest(const Extent& extent) const {
  const auto row = std::ranges::min_element(
      rows_, {}, [&](const MeasuredSpeed& one) { return distance(one.extent, extent); });
  return row != rows_.end() && of_one_size(row->extent, extent) ? &*row : nullptr;
}

Speedup RankTable::speedup(const Extent& extent) const {
  const auto* const row = nearest(extent);
  if (row == nullptr) return {};
  Speedup known = row->speedup;
  std::erase_if(known,
                [&](const auto& entry) { return entry.first > useful_ranks(extent, entry.first); });
  return known;
}

bool RankTable::knows(const Extent& extent, int most_ranks) const {
  const auto* const row = nearest(extent);
  return row != nullptr && row->most_ranks >= useful_ranks(extent, most_ranks) &&
         (!row->speedup.empty() || row->date == core::today());
}

void RankTable::keep(MeasuredSpeed measured) {
  std::erase_if(rows_,
                [&](const MeasuredSpeed& row) { return of_one_size(row.extent, measured.extent); });
  rows_.push_back(std::move(measured));
  if (file_.empty()) return;
  auto json = nlohmann::ordered_json::array();
  for (const MeasuredSpeed& row : rows_) json.push_back(to_json(row));
  core::make_folder(file_.parent_path());
  core::write_atomically(file_, json.dump(2) + "\n");
}

std::string RankTable::describe() const {
  std::string text;
  for (const MeasuredSpeed& row : rows_)
    text += fmt::format("{}{} {} ({})", text.empty() ? "" : "; ", row.structure,
                        dft::describe(row.speedup), row.date);
  return text;
}

std::string describe(const Speedup& speedup) {
  if (speedup.empty()) return "no faster on several ranks";
  std::string text;
  for (const auto& [ranks, times] : speedup)
    text +=
        fmt::format("{}{:.2g} times as fast on {} ranks", text.empty() ? "" : ", ", times, ranks);
  return text;
}

}  // namespace mlip::dft
