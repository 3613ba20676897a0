/// The report of a run: JSON with stable keys, and one self-contained HTML page made from it.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "store/database.hpp"

namespace mlip::report {

/// Everything the page shows, read from the store only.  Keys are documented in docs/report.md.
[[nodiscard]] nlohmann::ordered_json build_report(const store::Database& database);

/// Self-contained HTML: inline styles, inline SVG charts, no network.
[[nodiscard]] std::string render_html(const nlohmann::ordered_json& report);

/// Writes report.json, report.html and, where there are structures, gallery.html with pictures of
/// them into the folder, each by atomic rename.
void write_report(const store::Database& database, const std::filesystem::path& folder);

}  // namespace mlip::report
