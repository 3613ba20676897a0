/// The SevenNet models a user can ask for by name, fetched from the package sevenn of PyPI.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace mlip::surrogate {

/// "sevennet-0", "sevennet-l3i5", "sevennet-mf-0-pbe", "sevennet-mf-0-r2scan".
[[nodiscard]] const std::vector<std::string>& sevennet_names();

/// Where fetch_sevennet puts the models: surrogate in core::data_folder().
[[nodiscard]] std::filesystem::path sevennet_folder();

/// How many of the named models are in a folder, whole.
[[nodiscard]] std::size_t count_sevennet(const std::filesystem::path& folder);

/// The file of a model that is named or, where there is no such name, is a file itself.  Throws
/// core::UserError: missing_tool where the named model was not fetched yet, bad_input where there
/// is neither.
[[nodiscard]] std::filesystem::path find_sevennet(const std::string& model);

/// Downloads the wheel sevenn 0.13.0 (43 MB, MIT licence) with pip, which verifies its checksum,
/// and converts its models into `folder`, the licence beside them; nothing is installed.  Returns
/// count_sevennet of it.  Throws core::UserError (missing_tool) where python3, its pip or the
/// package is missing, with the last line they said.
std::size_t fetch_sevennet(const std::filesystem::path& folder);

}  // namespace mlip::surrogate
