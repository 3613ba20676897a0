/// What a batch has labelled so far, on disk as it comes: a batch killed at any moment goes on.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

#include "core/records.hpp"
#include "dft/magnetic_start.hpp"

namespace mlip::dft {

/// An extended XYZ file to which every outcome is appended and flushed, failures too.  The file is
/// read once; only where each frame begins is kept in memory.
class Ledger {
 public:
  /// Looks through what earlier batches left; a last frame that was not written whole is cut off.
  /// Throws core::UserError where the file is no ledger or cannot be written.
  Ledger(std::filesystem::path file, std::string level_of_theory);
  /// What another process has written by now, the file left as it is; not to be added to.
  [[nodiscard]] static Ledger snapshot(std::filesystem::path file, std::string level_of_theory);

  /// Outcome of exactly this structure at this level of theory from this start, where there is one.
  [[nodiscard]] std::optional<core::Outcome> find(const core::Structure& structure,
                                                  const MagneticStart& start = {}) const;
  /// `name` is kept with it.  Precondition: the outcome is of this level of theory, or not
  /// accepted.
  void add(const core::Structure& structure, const core::Outcome& outcome,
           const std::string& name = "", const MagneticStart& start = {});

 private:
  struct ReadOnly {};
  Ledger(ReadOnly, std::filesystem::path file, std::string level_of_theory);
  /// Where the whole frames begin, and where the last one ends.
  void index();

  std::filesystem::path file_;
  std::string level_of_theory_;
  std::unordered_multimap<std::uint64_t, std::uint64_t> begins_;  ///< in the file, by structure
  std::uint64_t size_ = 0;
  std::ofstream out_;
  mutable std::ifstream in_;
};

/// A row of a ledger.
struct LedgerRow {
  std::string name;
  core::Structure structure;
  core::Outcome outcome;
  std::string start;  ///< text_of its MagneticStart
};

/// Calls `visit` with every whole row of the file and where it begins; returns where the last one
/// ends.  Throws core::UserError where the file is no ledger or cannot be read.
std::uint64_t for_each_row(const std::filesystem::path& file,
                           const std::function<void(LedgerRow&&, std::uint64_t)>& visit);

}  // namespace mlip::dft
