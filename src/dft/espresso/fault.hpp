/// What can go wrong with a pw.x run, and how it is recognised: one table, one pure function.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "dft/remedies.hpp"
#include "exec/process.hpp"

namespace mlip::dft::espresso {

enum class Fault {
  none,
  atoms_too_close,
  bad_structure,
  interrupted,
  program_missing,
  parallel_layout,
  disk_full,
  scratch_unusable,
  pseudopotential_unreadable,
  functionals_mixed,
  input_refused,
  bad_restart,
  out_of_memory,
  killed,
  crashed,
  time_limit,
  diagonalization,
  too_few_bands,
  charge_wrong,
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

/// Where a symptom shows.
enum class Evidence { free_space, ending, signal, exit_code, text, missing_text, xml };

struct Symptom {
  Fault fault;
  Evidence evidence;
  std::string_view
      text;  ///< searched in output, error output and CRASH; else what is looked at, for the reader
  int code = 0;  ///< exec::Completion::End, signal (0: any) or smallest exit code
};

/// Looked at in this order; the first that fits names the fault.
[[nodiscard]] std::span<const Symptom> symptoms();

/// All that a run left behind, read into memory.
struct RunFiles {
  exec::Completion completion;
  std::string standard_output, standard_error, crash;
  std::string xml;           ///< prefix.xml; empty where there is none
  std::string run_id = {};   ///< that the input had; comes back in the XML file
  double free_bytes = 1e15;  ///< of the scratch disk, after the run
  bool density_saved = false;
};

struct Diagnosis {
  Fault fault = Fault::none;
  std::string detail;  ///< one line of evidence
};

/// The first symptom of the table that fits; Fault::none where the run looks complete and
/// converged.
[[nodiscard]] Diagnosis diagnose(const RunFiles& files);

}  // namespace mlip::dft::espresso
