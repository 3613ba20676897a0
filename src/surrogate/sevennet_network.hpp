/// Energies and their derivatives of a SevenNet model, forward and in reverse, in the arithmetic T.
#pragma once

#include <span>
#include <vector>

#include "core/vector.hpp"
#include "surrogate/graph.hpp"
#include "surrogate/sevennet_file.hpp"
#include "surrogate/sevennet_kernels.hpp"
#include "surrogate/sevennet_radial.hpp"

namespace mlip::surrogate {

/// Features of all atoms: those of each l are [atom, 2l + 1, channels].
template <class T>
struct Features {
  std::vector<int> channels;
  std::array<Buffer<T>, 4> values;

  /// All zero.
  Features(std::size_t atoms, const std::vector<int>& channels_of_l);
  [[nodiscard]] AtomFeatures<T> of(std::size_t atom);
  [[nodiscard]] AtomFeatures<const T> of(std::size_t atom) const;
};

/// Linear maps of each l, and a constant for the scalars.
template <class T>
struct LinearMaps {
  std::vector<PackedMatrix<T>> forward, transposed;  ///< empty where there is no map
  Buffer<T> bias;                                    ///< of the outputs of l = 0, or empty

  /// y += maps of x, and the bias.
  void add(const Features<T>& x, Features<T>& y) const;
  /// x += transposed maps of y.
  void add_back(const Features<T>& y, Features<T>& x) const;
};

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
    MessageShape messages;
    LinearMaps<T> self_connection, mix_in, mix_out;
    RadialTable<T> radial;
    int radial_outputs;
  };
  /// An element of a path's coupling: Σ value · Y_harmonic.
  struct CouplingTerm {
    int element, harmonic;
    T value;
  };
  /// What the layers leave behind on the way forward.
  struct Tape {
    std::vector<Features<T>> sources, before_gate;
  };
  struct Geometry {
    std::span<const Pair> pairs;
    std::vector<double> distances;
    Buffer<T> couplings;  ///< [pair, element]
  };

  [[nodiscard]] Layer make_layer(const SevenNetFile& model, int index);
  [[nodiscard]] int coupling_of(const SevenNetFile& model, const std::array<int, 3>& path);
  [[nodiscard]] Geometry geometry_of(std::span<const Pair> pairs) const;
  [[nodiscard]] Features<T> embed(std::span<const int> types) const;
  [[nodiscard]] Features<T> messages_of(const Layer& layer, const Geometry& geometry,
                                        const Features<T>& sources) const;
  void gate(const Layer& layer, const Features<T>& before, Features<T>& after) const;
  void gate_back(const Layer& layer, const Features<T>& before, const Features<T>& by_after,
                 Features<T>& by_before) const;
  struct PairGradients {
    std::vector<double> distance;
    Buffer<T> couplings;
  };
  [[nodiscard]] Features<T> messages_back(const Layer& layer, const Geometry& geometry,
                                          const Features<T>& sources,
                                          const Features<T>& by_messages,
                                          PairGradients& gradients) const;
  [[nodiscard]] PairGradients backward(const Geometry& geometry, const Tape& tape,
                                       Features<T> by_features) const;
  [[nodiscard]] core::Vec3 vector_gradient(const Geometry& geometry, const PairGradients& gradients,
                                           std::size_t pair) const;

  std::vector<Layer> layers_;
  std::map<std::array<int, 3>, int> coupling_starts_;
  std::vector<CouplingTerm> coupling_terms_;
  int coupling_size_ = 0, lmax_edge_ = 0;
  double silu_scale_;
  std::vector<float> embedding_, readout_, scale_, shift_;
  double readout_bias_;
};

extern template class SevenNetNetwork<float>;
extern template class SevenNetNetwork<double>;

}  // namespace mlip::surrogate
