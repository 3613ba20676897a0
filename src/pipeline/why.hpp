/// Everything that is known of one structure: where it comes from, why it was labelled, what every
/// attempt gave, and where its files are.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace mlip::pipeline {

/// `place`: folder of a run, of which `id` is a row; or a ledger, or the file that was labelled
/// into beside it, of which `id` is a frame.  `scratch`: where its engine worked; empty: as usual.
/// Throws core::UserError where there is no such place or structure.
[[nodiscard]] std::string why(const std::filesystem::path& place, std::int64_t id,
                              const std::filesystem::path& scratch = {});

}  // namespace mlip::pipeline
