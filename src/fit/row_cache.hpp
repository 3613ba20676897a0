/// Rows of structures kept from one linear fit to the next: a fit of more structures with the same
/// functions makes those of the new ones only, and comes to the same numbers bit by bit.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "fit/rows.hpp"

namespace mlip::fit {

/// Used by one fit at a time, by any of its threads.
class RowCache {
 public:
  /// What of a structure does not depend on the values of its labels.
  struct Entry {
    RowMatrix matrix;
    std::vector<Eigen::VectorXd> projections;  ///< [atom], empty where none are wanted
  };

  /// Keeps rows until they take `most_bytes`; those of further structures are made by every fit.
  explicit RowCache(std::size_t most_bytes = std::size_t{1} << 30) : most_bytes_(most_bytes) {}

  /// Before a fit: forgets everything where the functions or radial functions of `model` are not
  /// those of the fit before.
  void begin(const ace::Potential& model);
  /// Null where there is none.
  [[nodiscard]] std::shared_ptr<const Entry> find(const std::string& key) const;
  void keep(const std::string& key, Entry entry);
  /// Structures whose rows were not found and had to be made, so far.
  [[nodiscard]] std::size_t made() const { return made_; }

 private:
  std::size_t most_bytes_, bytes_ = 0, made_ = 0;
  std::string basis_;
  std::unordered_map<std::string, std::shared_ptr<const Entry>> entries_;
  mutable std::mutex mutex_;
};

/// All that a structure's rows are made of, byte by byte: atoms and cell, which labels are wanted,
/// and which atoms' projections (`targets`, null where they are not).
[[nodiscard]] std::string key_of(const core::Structure& structure, const Wanted& wanted,
                                 std::span<double* const> targets);

}  // namespace mlip::fit
