/// A generation's potential: its files, and the row that tells of them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "ace/evaluator.hpp"
#include "fit/linear.hpp"
#include "pipeline/run.hpp"

namespace mlip::pipeline {

struct VersionFiles {
  std::filesystem::path yaml, yace, asi;
  std::filesystem::path committee;  ///< not there where the trainer has no posterior
};

[[nodiscard]] VersionFiles files_in(const std::filesystem::path& folder);
/// Of a version in the database.
[[nodiscard]] VersionFiles files_of(const Run& run, const store::Version& version);

[[nodiscard]] ace::Evaluator load(const VersionFiles& files);
/// Makes the folder too.
void write(const fit::Fit& fitted, std::uint64_t seed, const VersionFiles& files);

/// What a fit tells of itself: trainer, numbers of labels and functions, prior, errors, seconds.
[[nodiscard]] nlohmann::ordered_json account_of(const Run& run, const fit::Fit& fitted,
                                                std::size_t labels);
/// The row: `account`, with the errors on the held-out labels as the files have them.
[[nodiscard]] store::Version describe(const Run& run, int generation,
                                      nlohmann::ordered_json account, const VersionFiles& files);

/// badness() of its errors on the held-out labels.
[[nodiscard]] double held_out_badness(const store::Version& version);

}  // namespace mlip::pipeline
