#include "store/duplicates.hpp"

#include <fmt/format.h>

#include <cstring>
#include <map>

#include "core/element.hpp"
#include "store/ase_row.hpp"

namespace mlip::store {

namespace {

constexpr double same_place = 1e-3;  // Å

std::string pack_values(const Fingerprint& fingerprint) {
  const std::vector<float> narrow(fingerprint.values.begin(), fingerprint.values.end());
  return {reinterpret_cast<const char*>(narrow.data()), narrow.size() * sizeof(float)};
}

std::vector<double> unpack_values(std::string_view bytes) {
  std::vector<float> narrow(bytes.size() / sizeof(float));
  if (!narrow.empty()) std::memcpy(narrow.data(), bytes.data(), narrow.size() * sizeof(float));
  return {narrow.begin(), narrow.end()};
}

/// Share of each element's atoms whose forces count; empty where all do.
std::string mask_signature(const core::Candidate& candidate) {
  std::map<int, std::pair<double, double>> shares;
  bool all = true;
  for (std::size_t i = 0; i < candidate.force_mask.size(); ++i) {
    auto& [kept, total] = shares[candidate.structure.numbers[i]];
    kept += candidate.force_mask[i];
    total += 1;
    all = all && candidate.force_mask[i] == 1;
  }
  std::string signature;
  if (all) return signature;
  for (const auto& [number, share] : shares)
    signature += fmt::format("{}{:.6f}", core::element(number).symbol, share.first / share.second);
  return signature;
}

}  // namespace

std::optional<std::int64_t> find_duplicate(Sqlite& sqlite, const Record& record,
                                           const Fingerprint& fingerprint) {
  Statement near = sqlite.prepare(
      "SELECT f.id, f.fingerprint FROM mlip_fingerprints f WHERE f.composition = ?1 "
      "AND f.extreme_0 BETWEEN ?2 - ?6 AND ?2 + ?6 AND f.extreme_1 BETWEEN ?3 - ?6 AND ?3 + ?6 "
      "AND f.extreme_2 BETWEEN ?4 - ?6 AND ?4 + ?6 AND f.extreme_3 BETWEEN ?5 - ?6 AND ?5 + ?6 AND "
      "f.mask = ?7 "
      "AND f.id != ?9 AND NOT EXISTS (SELECT 1 FROM text_key_values t WHERE t.id = f.id "
      "AND +t.key = 'level_of_theory' AND ?8 != '' AND t.value NOT IN (?8, '_' || ?8)) ORDER BY "
      "f.id");
  near.bind(fingerprint.composition);
  for (const double extreme : fingerprint.extremes) near.bind(extreme);
  near.bind(same_place)
      .bind(mask_signature(record.candidate))
      .bind(record.outcome.level_of_theory)
      .bind(record.id);
  while (near.step())
    if (same_structure(fingerprint, {fingerprint.composition, unpack_values(near.bytes(1)), {}},
                       same_place))
      return near.integer(0);
  return std::nullopt;
}

void index_row(Sqlite& sqlite, const Record& record, const Fingerprint& fingerprint) {
  Statement write = sqlite.prepare(
      "INSERT OR REPLACE INTO mlip_fingerprints VALUES "
      "(?1, (SELECT mtime FROM systems WHERE id = ?1), ?, ?, ?, ?, ?, ?, ?)");
  write.bind(record.id).bind(fingerprint.composition).bind(mask_signature(record.candidate));
  for (const double extreme : fingerprint.extremes) write.bind(extreme);
  write.bind(Blob{pack_values(fingerprint)}).run();
}

void refresh_index(Sqlite& sqlite) {
  sqlite.execute("DELETE FROM mlip_fingerprints WHERE id NOT IN (SELECT id FROM systems)");
  std::vector<Record> changed;
  {
    Statement rows = sqlite.prepare(
        fmt::format("SELECT {} FROM systems s WHERE NOT EXISTS "
                    "(SELECT 1 FROM mlip_fingerprints f WHERE f.id = s.id AND f.mtime = s.mtime)",
                    row_columns));
    while (rows.step()) changed.push_back(read_row(sqlite, rows));
  }
  for (const Record& record : changed)
    index_row(sqlite, record, fingerprint(record.candidate.structure));
}

}  // namespace mlip::store
