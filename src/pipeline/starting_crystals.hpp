/// The crystals or molecules that an input names by their files.
#pragma once

#include <filesystem>

#include "config/node.hpp"
#include "config/problems.hpp"
#include "pipeline/user_config.hpp"

namespace mlip::pipeline {

/// Reads target_system.structures into `user.crystals`, where the goal is 'molecule' each alone in
/// a box; relative paths are beside `input`. Elements that the input does not name are taken from
/// them; what is wrong with a file, and elements that do not agree, become problems at the lines of
/// `root`.
void read_crystals(UserConfig& user, const std::filesystem::path& input, const config::Node& root,
                   config::Problems& problems);

}  // namespace mlip::pipeline
