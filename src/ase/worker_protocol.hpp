/// What travels between us and a worker process that computes energies.
///
/// A frame is "MLIP", kind (u32), length of the payload in bytes (u32), payload.  Everything is
/// little-endian, reals are IEEE doubles; units are the project's (eV, Å, stress positive in
/// tension), which are ASE's too.
///   1 hello, once, from the worker:  version (u32), text
///   2 result, from the worker:       atoms (u32), flags (u32: 1 stress, 2 energies), energy (f64),
///                                    forces (3 f64 an atom), stress (6 f64, Voigt) and energies
///                                    (f64 an atom) where the flags say so
///   3 failure, from the worker:      text; before hello it means that there will be none
///   4 compute, to the worker:        atoms (u32), periodic (u32: a bit an axis), cell (9 f64,
///   rows),
///                                    atomic numbers (i32 an atom), positions (3 f64 an atom)
/// Text is UTF-8 to the end of the payload.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/structure.hpp"

namespace mlip::ase {

inline constexpr std::uint32_t protocol_version = 1;
inline constexpr std::size_t header_size = 12;

enum class FrameKind : std::uint32_t { hello = 1, result = 2, failure = 3, compute = 4 };

struct FrameHeader {
  FrameKind kind = FrameKind::hello;
  std::uint32_t length = 0;  ///< bytes of the payload
};

struct WorkerResult {
  double energy = 0;                 ///< eV, force-consistent
  std::vector<core::Vec3> forces;    ///< eV/Å
  std::optional<core::Mat3> stress;  ///< eV/Å³, positive in tension
  std::vector<double> energies;      ///< eV, an atom; empty when the calculator gives none
};

[[nodiscard]] std::string encode_frame(FrameKind kind, std::string_view payload);
/// The whole frame that asks for a structure.
[[nodiscard]] std::string encode_request(const core::Structure& structure);
/// The payload of a result, as the worker writes it.
[[nodiscard]] std::string encode_result(const WorkerResult& result);

/// A failure where the bytes are no header or the payload would be longer than `longest`.
/// Precondition: `bytes` has header_size bytes.
[[nodiscard]] core::Result<FrameHeader> decode_header(std::string_view bytes, std::size_t longest);
/// Longest payload that an answer for so many atoms can have.
[[nodiscard]] std::size_t longest_reply(std::size_t atoms);
/// Text of a hello of our version.
[[nodiscard]] core::Result<std::string> decode_hello(std::string_view payload);
/// A failure where sizes do not fit together or to `atoms`, or a number is not finite.
[[nodiscard]] core::Result<WorkerResult> decode_result(std::string_view payload, std::size_t atoms);
[[nodiscard]] core::Result<core::Structure> decode_request(std::string_view payload);

}  // namespace mlip::ase
