/// Labelled structures from files.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "fit/linear.hpp"
#include "io/extended_xyz.hpp"

namespace mlip::app {

struct LabelledData {
  std::vector<fit::Item> items;
  std::vector<std::string> config_types;  ///< of each item; "all" where the file names none
};

/// Extended XYZ files and databases (`.db`) of runs.
struct DataSource {
  std::vector<std::string> files;
  bool held_out = false;  ///< which labelled rows of a database: held out, or to train on
  std::string energy_key, forces_key;  ///< of extended XYZ; empty: `energy`, `forces`
};

/// All structures.  Keys: `config_type`; `weight` of the structure (else 1); column `force_mask`.
/// Of a database the rows at its most frequent level of theory, and lone atoms.  Throws
/// core::UserError where a file cannot be read, and where none of the structures has a label.
[[nodiscard]] LabelledData read_labelled(const DataSource& source);

using VisitLabelled = std::function<void(fit::Item&&, const std::string& config_type)>;

/// One structure after the other, for data larger than memory; labels may be absent.
void for_each_labelled(const DataSource& source, const VisitLabelled& visit);

/// Multiplies the weight of every item of a type by its number; throws core::UserError where there
/// is no such type.
void apply_weights(const std::map<std::string, double>& weights, LabelledData& data);

}  // namespace mlip::app
