#include "dft/vasp/fault.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "core/error.hpp"
#include "dft/vasp/outcar.hpp"
#include "dft/vasp/vasprun.hpp"

namespace mlip::dft::vasp {

namespace {

using End = exec::Completion::End;

constexpr double full_disk_bytes = 1 << 20;
constexpr std::size_t searched_end_of_outcar = 6000;  // characters: an error is its last word
constexpr auto mend = Consequence::give_up;
constexpr auto stop = Consequence::stop_run;

constexpr std::array entries = {
    FaultEntry{Fault::none, "none", "converged and accepted", mend, ""},
    FaultEntry{Fault::atoms_too_close, "atoms too close",
               "two atoms nearer than 0.4 of their covalent radii's sum; no run is made", mend, ""},
    FaultEntry{Fault::bad_structure, "bad structure",
               "positions or cell that no run can be made of", mend, ""},
    FaultEntry{Fault::interrupted, "interrupted", "the run was asked to stop", mend, ""},
    FaultEntry{Fault::program_missing, "program missing", "VASP cannot be started", stop,
               "put VASP into PATH, or name it in level_of_theory: {vasp: {command: ...}}"},
    FaultEntry{Fault::disk_full, "disk full", "no room on the scratch disk",
               Consequence::heal_then_stop_run, "free the disk; the same command goes on"},
    FaultEntry{Fault::potcar_wrong, "POTCAR wrong", "POTCAR is missing, damaged or of other atoms",
               stop,
               "unpack the library of POTCAR files again; `mlip-auto doctor INPUT` reads them"},
    FaultEntry{Fault::input_refused, "input refused", "VASP does not accept INCAR or KPOINTS", stop,
               "check the tags in level_of_theory: {vasp: {incar: ...}}; the input is kept in the "
               "scratch folder's failed/"},
    FaultEntry{Fault::tetrahedron, "tetrahedron",
               "the tetrahedron method with fewer than four k-points", stop,
               "take smearing: vasp.ismear of the plan 0 or 1"},
    FaultEntry{Fault::out_of_memory, "out of memory", "an allocation failed", mend, ""},
    FaultEntry{Fault::bad_restart, "bad restart", "the wave functions kept are unusable", mend, ""},
    FaultEntry{Fault::symmetry, "symmetry", "symmetry operations contradict each other", mend, ""},
    FaultEntry{Fault::real_space_projectors, "real-space projectors",
               "LREAL projectors cannot be optimised", mend, ""},
    FaultEntry{Fault::mixing, "charge mixing", "old and new charge do not hold the same electrons",
               mend, ""},
    FaultEntry{Fault::cholesky, "Cholesky", "the overlap of the wave functions is not positive",
               mend, ""},
    FaultEntry{Fault::diagonalization, "diagonalization",
               "the eigenvalue problem could not be solved", mend, ""},
    FaultEntry{Fault::gradient, "gradient", "conjugate gradients lost their orthogonality", mend,
               ""},
    FaultEntry{Fault::line_search, "line search", "no minimum was bracketed", mend, ""},
    FaultEntry{Fault::too_few_bands, "too few bands", "the highest band is not empty", mend, ""},
    FaultEntry{Fault::time_limit, "time limit", "the time of an attempt was over", mend, ""},
    FaultEntry{Fault::killed, "killed", "ended from outside, often for its memory", mend, ""},
    FaultEntry{Fault::crashed, "crashed",
               "ended by a fault of its own, often for a small stack (ulimit -s)", mend, ""},
    FaultEntry{Fault::not_converged, "not converged", "SCF steps used up", mend, ""},
    FaultEntry{Fault::incomplete_output, "incomplete output", "OUTCAR or vasprun.xml is not whole",
               mend, ""},
    FaultEntry{Fault::contradiction, "contradiction",
               "the output is not that of the input (another run, other atoms, cell, mesh, cutoff "
               "or POTCAR), or its forces or stress do not balance",
               mend, ""},
    FaultEntry{Fault::magnetic_state, "magnetic state",
               "less than 0.3 of the moment expected; tried again from larger start moments, the "
               "lower energy counts",
               mend, ""},
    FaultEntry{Fault::unphysical, "unphysical", "forces beyond reason", mend, ""},
    FaultEntry{Fault::unknown_error, "unknown error", "an error that no symptom names", mend, ""},
};

// The tetrahedron's complaint comes from within IBZKPT, and what VASP refuses ends in the same box
// whatever it is: the special before the general.
constexpr std::array table = {
    Symptom{Fault::program_missing, Evidence::ending, "not started",
            static_cast<int>(End::not_started)},
    Symptom{Fault::interrupted, Evidence::ending, "stopped by us", static_cast<int>(End::stopped)},
    Symptom{Fault::disk_full, Evidence::free_space, "less than 64 MiB free"},
    Symptom{Fault::disk_full, Evidence::text, "No space left on device"},
    Symptom{Fault::disk_full, Evidence::text, "Disk quota exceeded"},
    Symptom{Fault::program_missing, Evidence::text, "failed to locate mpirun"},
    Symptom{Fault::program_missing, Evidence::text, "unable to find the specified executable"},
    Symptom{Fault::program_missing, Evidence::text, "error while loading shared libraries"},
    Symptom{Fault::tetrahedron, Evidence::text, "etrahedron method fails"},
    Symptom{Fault::tetrahedron, Evidence::text, "Routine TETIRR needs special values"},
    Symptom{Fault::tetrahedron, Evidence::text, "BZINTS"},
    Symptom{Fault::tetrahedron, Evidence::text, "DENTET"},
    Symptom{Fault::potcar_wrong, Evidence::text, "number of potentials on File POTCAR"},
    Symptom{Fault::potcar_wrong, Evidence::text, "POTCAR and POSCAR are incompatible"},
    Symptom{Fault::potcar_wrong, Evidence::text, "incompatible with number of species"},
    Symptom{Fault::potcar_wrong, Evidence::text, "POTCAR file not found"},
    Symptom{Fault::potcar_wrong, Evidence::text, "supplied exchange-correlation table"},
    Symptom{Fault::input_refused, Evidence::text, "Error reading item"},
    Symptom{Fault::input_refused, Evidence::text, "ERROR while reading INCAR"},
    Symptom{Fault::input_refused, Evidence::text, "Error while reading file INCAR"},
    Symptom{Fault::out_of_memory, Evidence::text, "insufficient virtual memory"},
    Symptom{Fault::out_of_memory, Evidence::text, "Cannot allocate memory"},
    Symptom{Fault::out_of_memory, Evidence::text, "Allocation would exceed memory limit"},
    Symptom{Fault::out_of_memory, Evidence::text, "oom-kill"},
    Symptom{Fault::bad_restart, Evidence::text, "while reading plane"},
    Symptom{Fault::bad_restart, Evidence::text, "while reading WAVECAR"},
    Symptom{Fault::too_few_bands, Evidence::text, "TOO FEW BANDS"},
    Symptom{Fault::too_few_bands, Evidence::text, "number of bands is not sufficient"},
    Symptom{Fault::too_few_bands, Evidence::text, "Your highest band is occupied"},
    Symptom{Fault::bad_structure, Evidence::text, "the triple product of the basis vectors"},
    Symptom{Fault::symmetry, Evidence::text, "RHOSYG"},
    Symptom{Fault::symmetry, Evidence::text, "SGRCON"},
    Symptom{Fault::symmetry, Evidence::text, "POSMAP"},
    Symptom{Fault::symmetry, Evidence::text, "IBZKPT"},
    Symptom{Fault::symmetry, Evidence::text, "PRICEL"},
    Symptom{Fault::symmetry, Evidence::text, "HNFORM: k-point generating"},
    Symptom{Fault::symmetry, Evidence::text, "Inconsistent Bravais lattice"},
    Symptom{Fault::symmetry, Evidence::text, "non-integer element in rotation matrix"},
    Symptom{Fault::symmetry, Evidence::text, "rotation matrix was not found"},
    Symptom{Fault::symmetry, Evidence::text, "group operation missing"},
    Symptom{Fault::symmetry, Evidence::text, "not all point group operations"},
    Symptom{Fault::symmetry, Evidence::text, "Fatal error detecting k-mesh"},
    Symptom{Fault::symmetry, Evidence::text, "unable to match k-point"},
    Symptom{Fault::symmetry, Evidence::text, "Could not get correct shifts"},
    Symptom{Fault::real_space_projectors, Evidence::text, "REAL_OPT"},
    Symptom{Fault::real_space_projectors, Evidence::text, "ERROR RSPHER"},
    Symptom{Fault::real_space_projectors, Evidence::text, "SBESSELITER : nicht konvergent"},
    Symptom{Fault::mixing, Evidence::text, "BRMIX: very serious problems"},
    Symptom{Fault::cholesky, Evidence::text, "Routine ZPOTRF"},
    Symptom{Fault::cholesky, Evidence::text, "Routine DPOTRF"},
    Symptom{Fault::diagonalization, Evidence::text, "Error EDDDAV: Call to ZHEGV failed"},
    Symptom{Fault::diagonalization, Evidence::text, "subspace rotation PSSYEVX"},
    Symptom{Fault::diagonalization, Evidence::text, "subspace rotation PDSYEVX"},
    Symptom{Fault::diagonalization, Evidence::text, "ERROR EDDIAG"},
    Symptom{Fault::diagonalization, Evidence::text, "ERROR in EDDIAG"},
    Symptom{Fault::gradient, Evidence::text, "the gradient is not orthogonal"},
    Symptom{Fault::line_search, Evidence::text, "ZBRENT: fatal"},
    Symptom{Fault::diagonalization, Evidence::warning, "Sub-Space-Matrix is not hermitian"},
    Symptom{Fault::diagonalization, Evidence::warning, "EDDRMM: call to ZHEGV failed"},
    Symptom{Fault::time_limit, Evidence::ending, "time over", static_cast<int>(End::timed_out)},
    Symptom{Fault::time_limit, Evidence::text, "DUE TO TIME LIMIT"},
    Symptom{Fault::killed, Evidence::signal, "KILL", 9},
    Symptom{Fault::killed, Evidence::signal, "TERM", 15},
    Symptom{Fault::killed, Evidence::signal, "INT", 2},
    Symptom{Fault::killed, Evidence::text, "exited on signal 9"},
    Symptom{Fault::killed, Evidence::text, "KILLED BY SIGNAL: 9"},
    Symptom{Fault::crashed, Evidence::signal, "any other signal", 0},
    Symptom{Fault::crashed, Evidence::text, "forrtl: severe (174)"},
    Symptom{Fault::crashed, Evidence::text, "SIGSEGV"},
    Symptom{Fault::crashed, Evidence::text, "exited on signal"},
    Symptom{Fault::unknown_error, Evidence::text, "I REFUSE TO CONTINUE WITH THIS SICK JOB"},
    Symptom{Fault::unknown_error, Evidence::text, "VERY BAD NEWS"},
    Symptom{Fault::unknown_error, Evidence::text, "Please submit a bug report"},
    Symptom{Fault::unknown_error, Evidence::exit_code, "not 0", 1},
    Symptom{Fault::incomplete_output, Evidence::unfinished, "OUTCAR ends before its timing"},
    Symptom{Fault::incomplete_output, Evidence::vasprun, "missing or truncated"},
    Symptom{Fault::not_converged, Evidence::text, "EDIFF was not reached"},
    Symptom{Fault::not_converged, Evidence::text, "self-consistency was not achieved"},
};

/// The line where a text occurs, without the bars of VASP's boxes.
std::string line_at(std::string_view content, std::size_t at) {
  const auto begin = content.rfind('\n', at) + 1;  // npos + 1 is 0
  const auto line = content.substr(begin, std::min(content.find('\n', at), content.size()) - begin);
  const auto first = line.find_first_not_of(" \t\r|");
  const auto last = line.find_last_not_of(" \t\r|");
  if (first == std::string_view::npos) return "";
  return std::string(line.substr(first, last - first + 1)).substr(0, 200);
}

/// What was read of a run once for all symptoms.
struct Reading {
  const RunFiles& files;
  std::optional<Vasprun> vasprun = parse_vasprun(files.vasprun);
  bool finished = parse_outcar(files.outcar).finished;
  std::string_view end_of_outcar =
      std::string_view(files.outcar)
          .substr(files.outcar.size() - std::min(files.outcar.size(), searched_end_of_outcar));

  [[nodiscard]] std::string line_with(std::string_view text) const {
    for (const std::string_view content : {std::string_view(files.standard_output),
                                           std::string_view(files.standard_error), end_of_outcar})
      if (const auto at = content.find(text); at != std::string_view::npos)
        return line_at(content, at);
    return "";
  }
  [[nodiscard]] bool converged() const { return finished && vasprun && vasprun->converged(); }
};

/// Evidence found, as a line; empty where the symptom does not show.
std::string evidence_of(const Symptom& symptom, const Reading& reading) {
  const RunFiles& files = reading.files;
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
    case Evidence::unfinished:
      return when(!reading.finished, std::string(symptom.text));
    case Evidence::vasprun:
      return when(!reading.vasprun,
                  files.vasprun.empty() ? "no vasprun.xml" : "vasprun.xml is not whole");
    case Evidence::warning:
      return reading.converged() ? "" : reading.line_with(symptom.text);
    case Evidence::text:
      break;
  }
  return reading.line_with(symptom.text);
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
  return table;
}

Diagnosis diagnose(const RunFiles& files) {
  const Reading reading{files};
  for (const Symptom& symptom : table)
    if (auto evidence = evidence_of(symptom, reading); !evidence.empty())
      return {symptom.fault, std::move(evidence)};
  const Vasprun& vasprun = *reading.vasprun;
  if (!vasprun.converged())
    return {Fault::not_converged,
            fmt::format("{} SCF steps of {}", vasprun.energies.size(), vasprun.nelm)};
  return {};
}

}  // namespace mlip::dft::vasp
