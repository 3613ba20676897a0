/// The sections of the page, each from report.json; a section without data is empty.
#pragma once

#include <string>

#include "report/html.hpp"

namespace mlip::report {

[[nodiscard]] std::string headline(const Json& report);       ///< title, verdict and cards
[[nodiscard]] std::string error_section(const Json& report);  ///< errors a generation, parity
[[nodiscard]] std::string validation_section(
    const Json& report);  ///< properties, equation of state
[[nodiscard]] std::string exploration_section(
    const Json& report);                                      ///< extrapolation grade over MD time
[[nodiscard]] std::string seed_section(const Json& report);   ///< what the surrogate's screen kept
[[nodiscard]] std::string label_section(const Json& report);  ///< labels a generation and type
[[nodiscard]] std::string gallery_section(const Json& report);     ///< links to their pictures
[[nodiscard]] std::string dft_section(const Json& report);         ///< cost, faults and remedies
[[nodiscard]] std::string provenance_section(const Json& report);  ///< what the run was made with

/// A <section> with a heading and one sentence under it.
[[nodiscard]] std::string section(const std::string& id, const std::string& title,
                                  const std::string& lead, const std::string& body);

/// A table; cells are HTML already.  Columns of `text_columns` first columns are left-aligned, the
/// others right-aligned.
[[nodiscard]] std::string table(const std::vector<std::string>& heads,
                                const std::vector<std::vector<std::string>>& rows,
                                std::size_t text_columns);

/// The entry of generations[] that report["best_generation"] names; null where there is none.
[[nodiscard]] const Json& best_of(const Json& report);

}  // namespace mlip::report
