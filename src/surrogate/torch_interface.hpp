/// What the program and its plugin mlip-torch.so say to each other: plain data, no exceptions.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mlip::surrogate {

/// Of everything below; a plugin of another version is refused.
inline constexpr int torch_interface_version = 1;

/// Any number of structures as one graph of parts that do not meet.
struct TorchGraph {
  std::int64_t structures, atoms, edges;
  const std::int64_t* structure_of;  ///< an atom; ascending
  const std::int64_t* types;         ///< an atom: index into TorchDescription::numbers
  const double* positions;           ///< [atoms, 3], Å
  const std::int64_t* centers;       ///< an edge; each pair of atoms both ways
  const std::int64_t* partners;      ///< an edge
  const double* vectors;             ///< [edges, 3], from centre to partner, Å
};

/// Where the plugin writes; all of it is the caller's.
struct TorchAnswer {
  double* energies;  ///< an atom, eV
  double* forces;    ///< [atoms, 3], eV/Å
  double* virials;   ///< [structures, 3, 3], −dE/dε, eV
};

/// Valid as long as the model.
struct TorchDescription {
  const char* kind;     ///< "MACE" or "SevenNet"
  const char* version;  ///< of what exported it, as far as it is known, and its arithmetic
  double cutoff;        ///< Å
  std::int64_t species;
  const int* numbers;  ///< atomic number of each type
};

/// One line of text that says what went wrong, cut to fit.
struct TorchComplaint {
  char* text;
  std::size_t size;
};

struct TorchInterface {
  int version;
  const char* libtorch;  ///< its version
  /// A model, or null and a complaint.
  void* (*open)(const char* file, const TorchComplaint* complaint);
  void (*describe)(const void* model, TorchDescription* description);
  /// From any number of threads at once, on the calling one alone.  False with a complaint.
  bool (*evaluate)(const void* model, const TorchGraph* graph, const TorchAnswer* answer,
                   const TorchComplaint* complaint);
  void (*close)(void* model);
};

using TorchEntry = const TorchInterface*();
inline constexpr const char* torch_entry_name = "mlip_torch_interface";

}  // namespace mlip::surrogate
