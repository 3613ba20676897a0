/// What every program that is started for a label needs: a folder, time, and what it left there.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>

namespace mlip::dft {

/// A folder name of any structure's name.
[[nodiscard]] std::string folder_name(const std::string& name);

/// Whole content; empty where the file is not there.
[[nodiscard]] std::string content_of(const std::filesystem::path& file);

/// Room on the folder's disk; 1e15 where unknown.
[[nodiscard]] double free_bytes(const std::filesystem::path& folder);

/// Lets the time pass; false when the token asked to stop first.
[[nodiscard]] bool wait(double seconds, const std::stop_token& stop);

}  // namespace mlip::dft
