/// The disk that the programs of an oracle work on.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "exec/workplace.hpp"

namespace mlip::dft {

/// Where the programs of an oracle work, and where what they left is kept: one folder, or two where
/// the work is done on a node's own disk.
struct ScratchFolders {
  ScratchFolders(const std::filesystem::path& both) : work(absolute(both)), kept(work) {}
  ScratchFolders(const std::filesystem::path& own, const std::filesystem::path& shared)
      : work(absolute(own)), kept(absolute(shared)) {}

  std::filesystem::path work, kept;  ///< absolute
};

/// Value of an environment variable; null where it is not set.
using Environment = std::function<const char*(const std::string&)>;

/// The folder of this node that `wish` speaks of: a path with $NAME for variables of the
/// environment; empty: that of $SLURM_TMPDIR, or else of $TMPDIR; "shared": none.  None too where
/// the wish is empty and no such folder can be written to.  Throws core::UserError for a path that
/// cannot be written to or names a variable that is not set.
[[nodiscard]] std::optional<std::filesystem::path> node_folder(const std::string& wish,
                                                               const Environment& environment);

/// A fresh folder in there, of this process and this name, removed at the end.
class NodeScratch {
 public:
  NodeScratch(const std::string& wish, const std::string& name);
  /// `shared` keeps what the node does not.
  [[nodiscard]] ScratchFolders beside(const std::filesystem::path& shared) const;

 private:
  std::unique_ptr<exec::Workplace> place_;
};

}  // namespace mlip::dft
