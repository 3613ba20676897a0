/// The active set of any potential from any number of structures.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "ace/files.hpp"
#include "ace/projector.hpp"
#include "fit/rows.hpp"
#include "potential/active_stream.hpp"

namespace mlip::fit {

struct ActiveSetOptions {
  /// Rows w_p F'(ρ_p) B, p outermost, instead of B: the grade then knows the densities.
  bool full = false;
  double tolerance = 1.001;
  std::size_t batch_bytes = std::size_t{1} << 28;  ///< of projections of an element at a time
  int threads = 0;                                 ///< 0: all
};

/// What became of one element.
struct ActiveElement {
  std::string symbol;
  Eigen::Index functions = 0;
  std::size_t atoms = 0;
  double log_determinant = 0;
};

/// Takes the structures a group at a time, pass after pass, until end_pass() says that the set has
/// settled.  Where everything fits in one batch, one pass is enough.
class ActiveSetBuilder {
 public:
  ActiveSetBuilder(const ace::Potential& potential, const ActiveSetOptions& options);

  /// Throws core::UserError for an element the potential does not have.
  void add(std::span<const core::Structure> structures);
  /// True where no other pass is needed.
  [[nodiscard]] bool end_pass();
  [[nodiscard]] ace::ActiveSetInverse inverse() const;
  [[nodiscard]] std::vector<ActiveElement> elements() const;

 private:
  struct Element {
    potential::ActiveStream stream;
    Eigen::MatrixXd batch;
    Eigen::Index waiting = 0;
    std::size_t atoms = 0;
    bool flushed = false;  ///< a batch was worked in before the end of the pass
    bool changed = false;
  };
  void append(int species, const Eigen::VectorXd& row);
  void flush(Element& element);

  const ace::Potential* potential_;
  ActiveSetOptions options_;
  Columns columns_;
  ace::Projector projector_;
  std::vector<Element> elements_;
  int passes_ = 0;
};

/// The row of the full active set, from the projections B of an atom of a species.
[[nodiscard]] Eigen::VectorXd full_row(const ace::Potential& potential, int species,
                                       const Eigen::VectorXd& projections);

}  // namespace mlip::fit
