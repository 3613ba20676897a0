/// Energies and their derivatives of a MACE model, forward and in reverse, in double precision.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "surrogate/mace_file.hpp"
#include "surrogate/mace_polynomial.hpp"
#include "surrogate/messages.hpp"

namespace mlip::surrogate {

class MaceNetwork {
 public:
  /// Throws core::UserError where the file lacks a tensor.
  explicit MaceNetwork(const MaceFile& model);

  struct Result {
    std::vector<double> energies;            ///< eV, an atom
    std::vector<core::Vec3> pair_gradients;  ///< dE/d vector, eV/Å, a pair
    std::vector<Eigen::VectorXd> features;   ///< an atom, scalars after the last layer
  };
  /// `types` ascend.
  [[nodiscard]] Result compute(std::span<const int> types, std::span<const Pair> pairs) const;

 private:
  using Atoms = Features<double>;
  /// Of atoms in order of their elements, those of one: first ≤ i < last.
  struct Range {
    std::size_t element, first, last;
  };
  /// Maps of each element's own, or one for all.
  struct Maps {
    std::vector<LinearMaps<double>> of_element;
    void add(const Atoms& x, Atoms& y, std::span<const Range> ranges) const;
    void add_back(const Atoms& y, Atoms& x, std::span<const Range> ranges) const;
  };
  struct Layer {
    std::vector<int> in, middle, out;  ///< channels of each l
    Convolution<double> convolution;
    LinearMaps<double> mix_in;             ///< of what the layer before left; none in the first
    Maps mix;                              ///< from the messages to what is contracted
    std::vector<Polynomials> contraction;  ///< an element
    LinearMaps<double> mix_out;
    std::vector<double> self_constant;  ///< [element, channels] that the first layer adds, or none
    Maps self;                          ///< what a later layer adds of what came in
    std::vector<double> readout;        ///< of the scalars; none in the last
  };
  /// What a layer leaves behind on the way forward.
  struct Trace {
    const Geometry<double>& geometry;
    Atoms sources, contracted;
    std::vector<double> norms;  ///< what the mixed messages of an atom were multiplied with
  };
  [[nodiscard]] Layer make_layer(const MaceFile& model, int index);
  [[nodiscard]] Geometry<double> geometry_of(std::span<const int> types,
                                             std::span<const Pair> pairs) const;
  [[nodiscard]] Atoms forward(const Layer& layer, std::span<const Range> ranges,
                              const Geometry<double>& geometry, const Atoms& features,
                              std::vector<Trace>& traces) const;
  [[nodiscard]] Atoms backward(const Layer& layer, std::span<const Range> ranges,
                               const Trace& trace, const Atoms& by_features,
                               PairGradients<double>& gradients) const;
  [[nodiscard]] double read_out_last(const double* scalars, double* by_scalars) const;
  void repel(std::span<const int> types, std::span<const Pair> pairs, Result& result) const;

  int channels_;
  double silu_scale_, scale_, shift_;
  std::vector<int> numbers_;
  std::vector<double> energies_, radii_, sources_;
  std::optional<Repulsion> repulsion_;
  Couplings<double> couplings_;
  std::vector<Layer> layers_;
  Eigen::MatrixXd hidden_;
  Eigen::VectorXd readout_;
  bool kinds_;  ///< whether the radial functions know the elements of a pair
};

}  // namespace mlip::surrogate
