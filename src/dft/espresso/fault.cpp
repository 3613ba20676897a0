#include "dft/espresso/fault.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/error.hpp"
#include "dft/espresso/output.hpp"

namespace mlip::dft::espresso {

namespace {

using End = exec::Completion::End;

constexpr double full_disk_bytes = 1 << 20;
constexpr auto mend = Consequence::give_up;
constexpr auto stop = Consequence::stop_run;

constexpr std::array entries = {
    FaultEntry{Fault::none, "none", "converged and accepted", mend, ""},
    FaultEntry{Fault::atoms_too_close, "atoms too close",
               "two atoms nearer than 0.4 of their covalent radii's sum; no run is made", mend, ""},
    FaultEntry{Fault::bad_structure, "bad structure",
               "positions or cell that no run can be made of", mend, ""},
    FaultEntry{Fault::interrupted, "interrupted", "the run was asked to stop", mend, ""},
    FaultEntry{Fault::program_missing, "program missing", "pw.x or mpirun cannot be started", stop,
               "install quantum-espresso, or name the program in dft.pw_command"},
    FaultEntry{Fault::parallel_layout, "parallel layout",
               "more MPI ranks or pools than the machine or the cell can use", mend, ""},
    FaultEntry{Fault::disk_full, "disk full", "no room on the scratch disk",
               Consequence::heal_then_stop_run, "free the disk; the same command goes on"},
    FaultEntry{Fault::scratch_unusable, "scratch unusable", "the scratch folder cannot be written",
               stop, "free or name another run folder"},
    FaultEntry{Fault::pseudopotential_unreadable, "pseudopotential unreadable",
               "a pseudopotential file is missing, truncated or no UPF file", stop,
               "install the file again; `mlip-auto doctor` checks all of them"},
    FaultEntry{Fault::functionals_mixed, "functionals mixed",
               "pseudopotentials of different functionals", stop,
               "choose pseudopotential files of one functional"},
    FaultEntry{Fault::input_refused, "input refused", "pw.x does not accept the input file", stop,
               "pw.x 6.x or 7.x is needed; the input is kept in the scratch folder's failed/"},
    FaultEntry{Fault::bad_restart, "bad restart", "the density or wave functions kept are unusable",
               mend, ""},
    FaultEntry{Fault::out_of_memory, "out of memory", "an allocation failed", mend, ""},
    FaultEntry{Fault::killed, "killed", "ended from outside, often for its memory", mend, ""},
    FaultEntry{Fault::crashed, "crashed", "ended by a fault of its own", mend, ""},
    FaultEntry{Fault::time_limit, "time limit", "the time of an attempt was over", mend, ""},
    FaultEntry{Fault::diagonalization, "diagonalization",
               "the eigenvalue problem could not be solved", mend, ""},
    FaultEntry{Fault::too_few_bands, "too few bands", "the highest band is not empty", mend, ""},
    FaultEntry{Fault::charge_wrong, "charge wrong",
               "fixed occupations do not hold the electrons; smearing would, but is another level "
               "of theory",
               mend, ""},
    FaultEntry{Fault::not_converged, "not converged", "SCF steps used up", mend, ""},
    FaultEntry{Fault::incomplete_output, "incomplete output",
               "exit status 0, but text or XML is not whole", mend, ""},
    FaultEntry{Fault::contradiction, "contradiction",
               "the output is not that of the input (another run, other atoms, files, processes or "
               "threshold), or its forces or stress do not balance",
               mend, ""},
    FaultEntry{Fault::magnetic_state, "magnetic state",
               "less than 0.3 of the moment expected; tried again from larger start moments, the "
               "lower energy counts",
               mend, ""},
    FaultEntry{Fault::unphysical, "unphysical", "energy above zero or forces beyond reason", mend,
               ""},
    FaultEntry{Fault::unknown_error, "unknown error", "an error that no symptom names", mend, ""},
};

// Disk before diagonalizer: a full disk makes pw.x complain of its S matrix.  Run-time errors
// before "NOT achieved": both end with exit status 2.
constexpr std::array symptom_table = {
    Symptom{Fault::program_missing, Evidence::ending, "not started",
            static_cast<int>(End::not_started)},
    Symptom{Fault::interrupted, Evidence::ending, "stopped by us", static_cast<int>(End::stopped)},
    Symptom{Fault::disk_full, Evidence::free_space, "less than 64 MiB free"},
    Symptom{Fault::disk_full, Evidence::text, "No space left on device"},
    Symptom{Fault::program_missing, Evidence::text, "unable to find the specified executable"},
    Symptom{Fault::parallel_layout, Evidence::text, "There are not enough slots available"},
    Symptom{Fault::parallel_layout, Evidence::text, "attempt to run as root"},
    Symptom{Fault::parallel_layout, Evidence::text, "unrecognized argument"},
    Symptom{Fault::parallel_layout, Evidence::text, "mp_start_pools"},
    Symptom{Fault::parallel_layout, Evidence::text, "wrong ngm"},
    Symptom{Fault::parallel_layout, Evidence::text, "processors have no G-vectors"},
    Symptom{Fault::out_of_memory, Evidence::text, "Error allocating"},
    Symptom{Fault::out_of_memory, Evidence::text, "Cannot allocate memory"},
    Symptom{Fault::pseudopotential_unreadable, Evidence::text, "Error in routine readpp"},
    Symptom{Fault::pseudopotential_unreadable, Evidence::text, "of file xmltools.f90"},
    Symptom{Fault::functionals_mixed, Evidence::text, "set_dft_from_name"},
    Symptom{Fault::bad_restart, Evidence::text, "read_rhog"},
    Symptom{Fault::bad_restart, Evidence::text, "read_wfc"},
    Symptom{Fault::bad_restart, Evidence::text, "file structure has been corrupted"},
    Symptom{Fault::atoms_too_close, Evidence::text, "check_atoms"},
    Symptom{Fault::bad_structure, Evidence::text, "error in DGETRF"},
    Symptom{Fault::bad_structure, Evidence::text, "card_atomic_positions"},
    Symptom{Fault::charge_wrong, Evidence::text, "charge is wrong"},
    Symptom{Fault::too_few_bands, Evidence::text, "too few bands"},
    Symptom{Fault::input_refused, Evidence::text, "more bands than PWs"},
    Symptom{Fault::diagonalization, Evidence::text, "S matrix not positive definite"},
    Symptom{Fault::diagonalization, Evidence::text, "too many bands are not converged"},
    Symptom{Fault::diagonalization, Evidence::text, "cdiaghg ("},
    Symptom{Fault::diagonalization, Evidence::text, "rdiaghg ("},
    Symptom{Fault::diagonalization, Evidence::text, "problems computing cholesky"},
    Symptom{Fault::scratch_unusable, Evidence::text, "check_tempdir"},
    Symptom{Fault::input_refused, Evidence::text, "read_namelists ("},
    Symptom{Fault::input_refused, Evidence::text, "read_input ("},
    Symptom{Fault::input_refused, Evidence::text, "read_cards ("},
    Symptom{Fault::input_refused, Evidence::text, "card_kpoints ("},
    Symptom{Fault::input_refused, Evidence::text, "irrek ("},
    Symptom{Fault::input_refused, Evidence::text, " iosys ("},
    Symptom{Fault::input_refused, Evidence::text, "set_cutoff ("},
    Symptom{Fault::input_refused, Evidence::text, "set_occupations ("},
    Symptom{Fault::input_refused, Evidence::text, "system_checkin"},
    Symptom{Fault::unknown_error, Evidence::text, "Error in routine"},
    Symptom{Fault::time_limit, Evidence::ending, "time over", static_cast<int>(End::timed_out)},
    Symptom{Fault::killed, Evidence::signal, "KILL", 9},
    Symptom{Fault::killed, Evidence::signal, "TERM", 15},
    Symptom{Fault::killed, Evidence::signal, "INT", 2},
    Symptom{Fault::killed, Evidence::text, "exited on signal 9"},
    Symptom{Fault::crashed, Evidence::signal, "any other signal", 0},
    Symptom{Fault::crashed, Evidence::text, "exited on signal"},
    Symptom{Fault::crashed, Evidence::text, "Fortran runtime error"},
    Symptom{Fault::time_limit, Evidence::text, "Maximum CPU time exceeded"},
    Symptom{Fault::time_limit, Evidence::text, "Calculation stopped in"},
    Symptom{Fault::not_converged, Evidence::text, "convergence NOT achieved"},
    // LAPACK's info is all that is left where MPI_Abort loses the message.
    Symptom{Fault::diagonalization, Evidence::exit_code, "above 2, without a message", 3},
    Symptom{Fault::unknown_error, Evidence::exit_code, "not 0", 1},
    Symptom{Fault::incomplete_output, Evidence::missing_text, "JOB DONE."},
    Symptom{Fault::incomplete_output, Evidence::xml, "missing or truncated"},
};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// The line where a text occurs, and the next one after "Error in routine", which says what.
std::string line_of(std::string_view content, std::size_t at) {
  const auto begin = content.rfind('\n', at) + 1;  // npos + 1 is 0
  const auto end = std::min(content.find('\n', at), content.size());
  std::string line(trimmed(content.substr(begin, end - begin)));
  if (line.find("Error in routine") != std::string::npos && end < content.size()) {
    const auto next = content.substr(end + 1);
    line += " " + std::string(trimmed(next.substr(0, next.find('\n'))));
  }
  return line.substr(0, 200);
}

/// Evidence found, as a line; empty where the symptom does not show.
std::string evidence_of(const Symptom& symptom, const RunFiles& files) {
  const auto& completion = files.completion;
  const auto when = [](bool shows, std::string line) { return shows ? std::move(line) : ""; };
  switch (symptom.evidence) {
    case Evidence::free_space:
      return when(files.free_bytes < full_disk_bytes,
                  fmt::format("{:.0f} bytes free on the scratch disk", files.free_bytes));
    case Evidence::ending:
      return when(static_cast<int>(completion.end) == symptom.code, exec::in_words(completion));
    case Evidence::signal:
      return when(
          completion.end == End::signaled && (symptom.code == 0 || completion.code == symptom.code),
          exec::in_words(completion));
    case Evidence::exit_code:
      return when(completion.end == End::exited && completion.code >= symptom.code,
                  exec::in_words(completion));
    case Evidence::missing_text:
      return when(files.standard_output.find(symptom.text) == std::string::npos,
                  fmt::format("no '{}' in the output", symptom.text));
    case Evidence::xml:
      return when(!parse_xml(files.xml),
                  files.xml.empty() ? "no XML file" : "the XML file is not whole");
    case Evidence::text:
      break;
  }
  for (const std::string* text : {&files.standard_output, &files.standard_error, &files.crash})
    if (const auto at = text->find(symptom.text); at != std::string::npos)
      return line_of(*text, at);
  return "";
}

}  // namespace

std::span<const FaultEntry> fault_entries() {
  return entries;
}

const FaultEntry& entry(Fault fault) {
  const auto& found = entries[static_cast<std::size_t>(fault)];
  MLIP_ASSERT(found.fault == fault);
  return found;
}

std::span<const Symptom> symptoms() {
  return symptom_table;
}

Diagnosis diagnose(const RunFiles& files) {
  for (const Symptom& symptom : symptom_table)
    if (auto evidence = evidence_of(symptom, files); !evidence.empty())
      return {symptom.fault, std::move(evidence)};
  const auto xml = parse_xml(files.xml);
  if (!xml->converged) return {Fault::not_converged, "the XML file says not converged"};
  return {};
}

}  // namespace mlip::dft::espresso
