/// Errors of predictions that were made before, as a whole and by kind of structure.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "fit/linear.hpp"

namespace mlip::fit {

/// What a model says of each item; empty for structures without atoms.
[[nodiscard]] std::vector<potential::Evaluation> predict(const potential::Calculator& model,
                                                         std::span<const Item> items,
                                                         const potential::Request& request = {});

/// Sums of residuals, to be added one structure at a time; masked atoms do not count.
class ErrorSums {
 public:
  void add(const Item& item, const potential::Evaluation& found);
  void add(const ErrorSums& other);
  [[nodiscard]] Metrics metrics() const;

 private:
  struct Sums {
    double squares = 0, absolutes = 0;
    std::size_t count = 0;
    void add(double residual);
    void add(const Sums& other);
    [[nodiscard]] double rmse() const;
    [[nodiscard]] double mae() const;
  };
  Sums energy_, force_, stress_;
  std::size_t structures_ = 0;
};

/// Of the items of each type; `types` has an entry an item.
[[nodiscard]] std::map<std::string, Metrics> errors_by_type(
    std::span<const Item> items, std::span<const potential::Evaluation> found,
    std::span<const std::string> types);

}  // namespace mlip::fit
