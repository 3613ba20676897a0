/// A SevenNet model as sevennet_convert.py wrote it: what it is, and its weights as tensors.
///
/// SevenNet (doi:10.1021/acs.jctc.4c00190) is a NequIP network (doi:10.1038/s41467-022-29939-5):
/// features of an atom are `channels` of real spherical tensors an angular momentum l.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "surrogate/model_file.hpp"

namespace mlip::surrogate {

inline constexpr int largest_l = 3;  ///< of features and of edges

/// How the radial basis goes to zero at the cutoff.
struct Envelope {
  bool polynomial = false;  ///< else XPLOR: 1 below `on`, then (rc²−r²)²(rc²+2r²−3on²)/(rc²−on²)³
  double on = 0;  ///< Å
  int power = 6;  ///< p of 1 − (p+1)(p+2)/2 x^p + p(p+2) x^(p+1) − p(p+1)/2 x^(p+2)
};

struct LayerShape {
  std::vector<int> in, out;               ///< channels of each l
  std::vector<std::array<int, 3>> paths;  ///< (l of feature, of edge, of message), weight order
};

/// "0.mix_in.1" maps the channels of l = 1 in layer 0, [in, out]; see sevennet_convert.py.
struct SevenNetFile : ModelFile<float> {
  std::string name;      ///< e.g. "sevennet-0"
  std::string version;   ///< of the checkpoint, e.g. "11Jul2024"
  std::string energies;  ///< what its energies are: functional, code, corrections
  std::string source;    ///< package and file the weights come from
  double cutoff = 0;     ///< Å
  Envelope envelope;
  double silu_scale = 1;     ///< factor of every silu
  std::vector<int> species;  ///< atomic number of each row of "embedding.0"
  std::vector<LayerShape> layers;
};

/// Throws core::UserError (bad_input): no such model file, cut short, damaged (CRC-32).
[[nodiscard]] SevenNetFile read_sevennet(const std::filesystem::path& file);

}  // namespace mlip::surrogate
