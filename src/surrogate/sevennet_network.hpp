/// Energies and their derivatives of a SevenNet model, forward and in reverse, in the arithmetic T.
#pragma once

#include <span>
#include <vector>

#include "surrogate/messages.hpp"
#include "surrogate/sevennet_file.hpp"

namespace mlip::surrogate {

template <class T>
class SevenNetNetwork {
 public:
  /// Throws core::UserError where the file lacks a tensor.
  explicit SevenNetNetwork(const SevenNetFile& model);

  struct Result {
    std::vector<double> energies;            ///< eV, an atom
    std::vector<core::Vec3> pair_gradients;  ///< dE/d vector, eV/Å, a pair
    std::vector<Eigen::VectorXd> features;   ///< an atom, scalars after the last layer
  };
  /// `types` are rows of the model's species.
  [[nodiscard]] Result compute(std::span<const int> types, std::span<const Pair> pairs) const;

 private:
  struct Layer {
    LayerShape shape;
    std::vector<int> gated;  ///< channels before the gate: scalars also hold the gates
    Convolution<T> convolution;
    LinearMaps<T> self_connection, mix_in, mix_out;
  };
  /// What the layers leave behind on the way forward.
  struct Tape {
    std::vector<Features<T>> sources, before_gate;
  };

  [[nodiscard]] Layer make_layer(const SevenNetFile& model, int index);
  [[nodiscard]] Features<T> embed(std::span<const int> types) const;
  void gate(const Layer& layer, const Features<T>& before, Features<T>& after) const;
  void gate_back(const Layer& layer, const Features<T>& before, const Features<T>& by_after,
                 Features<T>& by_before) const;
  [[nodiscard]] PairGradients<T> backward(const Geometry<T>& geometry, const Tape& tape,
                                          Features<T> by_features) const;

  std::vector<Layer> layers_;
  Couplings<T> couplings_;
  double silu_scale_;
  std::vector<float> embedding_, readout_, scale_, shift_;
  double readout_bias_;
};

extern template class SevenNetNetwork<float>;
extern template class SevenNetNetwork<double>;

}  // namespace mlip::surrogate
