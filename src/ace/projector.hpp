/// B-function projections and their gradients: the rows of the linear fit's design matrix.
#pragma once

#include <Eigen/Core>
#include <memory>
#include <span>

#include "ace/evaluator.hpp"
#include "ace/potential.hpp"

namespace mlip::ace {

class Projector {
 public:
  using Gradients = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

  /// Scratch of one thread.
  struct Workspace {
    virtual ~Workspace() = default;
  };

  explicit Projector(const Potential& potential);
  Projector(Projector&&) noexcept;
  ~Projector();

  [[nodiscard]] std::unique_ptr<Workspace> make_workspace() const;
  /// `values`: B_f of the species in canonical order.  `gradients`, unless null: row 3·k + c is
  /// ∂B/∂(vector_k)_c, as many columns as functions of the species.  Thread-safe with one workspace
  /// a thread; no allocation once the outputs are large enough.
  void atom(int species, std::span<const AtomNeighbor> neighbors, Workspace& workspace,
            Eigen::VectorXd& values, Gradients* gradients) const;
  [[nodiscard]] std::size_t function_count(int species) const;

 private:
  struct Tables;
  std::unique_ptr<const Tables> tables_;
};

}  // namespace mlip::ace
