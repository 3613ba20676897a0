/// What can go wrong with a VASP run, and how it is recognised: one table, one pure function.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "dft/remedies.hpp"
#include "exec/process.hpp"

namespace mlip::dft::vasp {

enum class Fault {
  none,
  atoms_too_close,
  bad_structure,
  interrupted,
  program_missing,
  disk_full,
  potcar_wrong,
  input_refused,
  tetrahedron,
  out_of_memory,
  bad_restart,
  symmetry,
  real_space_projectors,
  mixing,
  cholesky,
  diagonalization,
  gradient,
  line_search,
  too_few_bands,
  time_limit,
  killed,
  crashed,
  not_converged,
  incomplete_output,
  contradiction,
  magnetic_state,
  unphysical,
  unknown_error
};

using dft::Consequence;
using FaultEntry = FaultEntryOf<Fault>;

/// All faults, in the order of the enumeration.
[[nodiscard]] std::span<const FaultEntry> fault_entries();
[[nodiscard]] const FaultEntry& entry(Fault fault);

/// Where a symptom shows.  A warning counts only where the calculation did not converge after it.
enum class Evidence { free_space, ending, signal, text, warning, exit_code, unfinished, vasprun };

struct Symptom {
  Fault fault;
  Evidence evidence;
  std::string_view text;  ///< searched in both outputs and at the end of OUTCAR; else what is
                          ///< looked at, for the reader
  int code = 0;           ///< exec::Completion::End, signal (0: any) or smallest exit code
};

/// Looked at in this order; the first that fits names the fault.
[[nodiscard]] std::span<const Symptom> symptoms();

/// All that a run left behind, read into memory.
struct RunFiles {
  exec::Completion completion;
  std::string run_id;  ///< that INCAR gave it
  std::string standard_output, standard_error, outcar;
  std::string vasprun;       ///< empty where there is none
  double free_bytes = 1e15;  ///< of the scratch disk, after the run
  bool wavefunctions_saved = false;
};

struct Diagnosis {
  Fault fault = Fault::none;
  std::string detail;  ///< one line of evidence
};

/// The first symptom of the table that fits; Fault::none where the run looks complete and
/// converged.
[[nodiscard]] Diagnosis diagnose(const RunFiles& files);

}  // namespace mlip::dft::vasp
