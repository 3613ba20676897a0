/// What a batch has labelled so far, on disk as it comes: a batch killed at any moment goes on.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/records.hpp"
#include "io/extended_xyz.hpp"

namespace mlip::dft {

/// An extended XYZ file to which every outcome is appended and flushed, failures too.
class Ledger {
 public:
  /// Reads what earlier batches left; a last frame that was not written whole is cut off.  Throws
  /// core::UserError where the file is no ledger or cannot be written.
  Ledger(std::filesystem::path file, std::string level_of_theory);
  /// What another process has written by now, the file left as it is; not to be added to.
  [[nodiscard]] static Ledger snapshot(std::filesystem::path file, std::string level_of_theory);

  /// Outcome of exactly this structure at this level of theory, where there is one; attempts are
  /// not kept but for the last one's fault and detail.
  [[nodiscard]] std::optional<core::Outcome> find(const core::Structure& structure) const;
  /// Precondition: the outcome is of this level of theory, or not accepted.
  void add(const core::Structure& structure, const core::Outcome& outcome);

 private:
  struct ReadOnly {};
  Ledger(ReadOnly, std::filesystem::path file, std::string level_of_theory);
  /// Bytes of whole frames.
  std::size_t read();

  std::filesystem::path file_;
  std::string level_of_theory_;
  std::vector<io::Frame> frames_;
};

}  // namespace mlip::dft
