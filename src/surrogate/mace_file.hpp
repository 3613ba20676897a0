/// A MACE model (doi:10.48550/arXiv.2206.07697) as mace_convert.py wrote it for chosen elements.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "surrogate/model_file.hpp"

namespace mlip::surrogate {

/// Short distances pulled together, r → 1/(1 + a s^p/(1 + s^(p−q))) with s = r over the mean of the
/// two covalent radii (doi:10.1063/5.0158783).
struct Agnesi {
  double a, p, q;
};

/// The ZBL repulsion with an envelope to the sum of the covalent radii.
struct Repulsion {
  double power, exponent, prefactor;
  std::array<double, 4> coefficients;
};

struct MaceLayerShape {
  int in, middle, out;                    ///< how many angular momenta, from 0 on
  std::vector<std::array<int, 3>> paths;  ///< (l of source, of edge, of message), weight order
  int radial_layers;
};

/// "0.mix.1" maps the messages of l = 1 in layer 0, [1 or element, in, out]; see mace_convert.py.
struct MaceFile : ModelFile<double> {
  std::string name;
  std::string version;
  double cutoff = 0;  ///< Å
  int channels = 0;
  double silu_scale = 1;     ///< factor of every silu
  double scale, shift;       ///< of the energy beyond that of the free atoms
  std::vector<int> numbers;  ///< atomic number of each element, ascending
  double power = 0;          ///< of the radial envelope
  std::optional<Agnesi> agnesi;
  std::optional<Repulsion> repulsion;
  std::vector<MaceLayerShape> layers;
};

/// Throws core::UserError (bad_input): no such model file, cut short, damaged (CRC-32).
[[nodiscard]] MaceFile read_mace(const std::filesystem::path& file);

}  // namespace mlip::surrogate
