// Every failure that was provoked, with how the process ended, and the fault it must be recognised
// as.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "core/error.hpp"
#include "core/seed.hpp"
#include "dft/espresso/acceptance.hpp"
#include "dft/espresso/healing.hpp"
#include "dft/espresso/remedy.hpp"
#include "real_run.hpp"

using namespace real_run;
using End = exec::Completion::End;

namespace {

struct Case {
  const char* run;
  End end;
  int code;
  Fault fault;
};

constexpr Case cases[] = {
    {"00_ok", End::exited, 0, Fault::none},
    {"01_maxstep2", End::exited, 2, Fault::not_converged},
    {"02_maxseconds1", End::exited, 2, Fault::time_limit},
    {"03_sigkill_serial", End::signaled, 9, Fault::killed},
    {"03b_sigterm_serial", End::signaled, 15, Fault::killed},
    {"03d_sigkill_serial_unbuf", End::signaled, 9, Fault::killed},
    {"04c_ulimit_v_600M", End::exited, 1, Fault::out_of_memory},
    {"04e_mpi_ulimit_v_low", End::exited, 1, Fault::out_of_memory},
    {"05_pp_missing", End::exited, 1, Fault::pseudopotential_unreadable},
    {"05b_pp_truncated", End::exited, 2, Fault::pseudopotential_unreadable},
    {"05c_pp_empty", End::exited, 1, Fault::pseudopotential_unreadable},
    {"05d_pp_html", End::exited, 1, Fault::pseudopotential_unreadable},
    {"05f_pp_pbe_vs_lda_mixed", End::exited, 1, Fault::functionals_mixed},
    {"05g_species_not_listed", End::exited, 1, Fault::input_refused},
    {"06_overlap_exact", End::exited, 1, Fault::atoms_too_close},
    {"07_nbnd_too_few_smear", End::exited, 2, Fault::not_converged},
    {"07b_nbnd_too_few_tight", End::exited, 1, Fault::too_few_bands},
    {"07c_nbnd_equal_half", End::exited, 27, Fault::diagonalization},  // its message was lost
    {"07d_nbnd_too_few_fixed", End::exited, 1, Fault::too_few_bands},
    {"08_fixed_odd_electrons", End::exited, 1, Fault::charge_wrong},
    {"08b_fixed_even_metal", End::exited, 2, Fault::not_converged},
    {"08c_no_occupations_odd", End::exited, 1, Fault::charge_wrong},
    {"08d_nspin2_fixed_nomag", End::exited, 1, Fault::input_refused},
    {"08e_nspin2_smear_nostart", End::exited, 1, Fault::input_refused},
    {"08f_tetrahedra_1k", End::exited, 1, Fault::charge_wrong},
    {"10_disk_256k", End::exited, 0, Fault::incomplete_output},
    {"10e_log_to_dev_full", End::exited, 0, Fault::incomplete_output},
    {"11_np8_no_slots", End::exited, 1, Fault::parallel_layout},
    {"11c_nk4_np2", End::exited, 1, Fault::parallel_layout},
    {"11d_nk2_serial", End::exited, 1, Fault::parallel_layout},
    {"11f_nk3_np2", End::exited, 1, Fault::parallel_layout},
    {"11g_np4_small_gsticks", End::exited, 1, Fault::parallel_layout},
    {"13_bad_key", End::exited, 1, Fault::input_refused},
    {"13b_bad_value", End::exited, 1, Fault::input_refused},
    {"14_nat_too_big", End::exited, 1, Fault::input_refused},
    {"15_zero_volume", End::exited, 1, Fault::bad_structure},
    {"16_nan_position", End::exited, 1, Fault::bad_structure},
    {"18_outdir_noperm", End::exited, 1, Fault::scratch_unusable},
    {"18b_outdir_deep", End::exited, 1, Fault::scratch_unusable},
    {"18c_outdir_isfile", End::exited, 1, Fault::scratch_unusable},
    {"20_Ni2_uspp_0.6A", End::exited, 54, Fault::diagonalization},
    {"20c_Ni_ecut6", End::exited, 36, Fault::diagonalization},
    {"21_cg_maxiter1", End::exited, 1, Fault::diagonalization},
    {"21e_rmm", End::exited, 1, Fault::input_refused},
    {"25_mpich_mpiexec_mismatch", End::exited, 2, Fault::crashed},
    {"26_root_no_flag", End::exited, 1, Fault::parallel_layout},
    {"27_mpi_rank1_sigkill", End::exited, 137, Fault::killed},
    {"27b_mpi_rank0_sigkill", End::exited, 137, Fault::killed},
    {"27c_mpi_rank1_sigstop_timeout20", End::timed_out, 15, Fault::time_limit},
    {"28_mpirun_sigkill", End::signaled, 9, Fault::killed},
    {"29_mpirun_sigterm", End::exited, 1, Fault::unknown_error},
    {"29b_mpirun_sigint", End::exited, 1, Fault::unknown_error},
    {"30_EXIT_file", End::exited, 2, Fault::time_limit},
    {"32_no_binary", End::not_started, 2, Fault::program_missing},
    {"32b_mpi_no_binary", End::exited, 134, Fault::program_missing},
    {"33_k_zero", End::exited, 1, Fault::input_refused},
    {"41_npk", End::exited, 1, Fault::input_refused},
    {"42_many_species", End::exited, 1, Fault::input_refused},
    {"43_no_input", End::exited, 1, Fault::input_refused},
    {"43b_empty_input", End::exited, 1, Fault::input_refused},
    {"44_conflict_ibrav", End::exited, 1, Fault::input_refused},
    {"45_bad_smearing", End::exited, 1, Fault::input_refused},
    {"46_degauss0", End::exited, 1, Fault::input_refused},
    {"47_ecut0", End::exited, 1, Fault::input_refused},
    {"48_ecut_tiny", End::exited, 39, Fault::diagonalization},
    {"49_nbnd_huge", End::exited, 1, Fault::input_refused},
    {"50d_diskio_none", End::exited, 0, Fault::incomplete_output},
    {"61_maxstep3", End::exited, 2, Fault::not_converged},
    {"65_startwfc_truncated", End::exited, 2, Fault::bad_restart},
    {"66c_startpotwfc_other_k", End::exited, 1, Fault::bad_restart},
};

Diagnosis verdict(const std::string& run, const core::Structure& structure,
                  const Parameters& parameters) {
  const auto xml = parse_xml(read(run, "x.xml"));
  REQUIRE(xml);
  return check({structure, parameters, first_numerics(parameters)}, *xml,
               parse_text(read(run, "pw.out")));
}

}  // namespace

TEST_CASE("every provoked failure is recognised") {
  for (const Case& one : cases) {
    CAPTURE(std::string(one.run));
    const auto diagnosis = diagnose(files(one.run, one.end, one.code));
    CHECK(entry(diagnosis.fault).name == entry(one.fault).name);
    CHECK((one.fault == Fault::none) == diagnosis.detail.empty());
    CHECK(diagnosis.detail.find('\n') == std::string::npos);
  }
}

TEST_CASE("an old XML file beside a failed restart does not make it good") {
  const auto diagnosis = diagnose(files("64_startpot_truncated_rho", End::exited, 1));
  CHECK(diagnosis.fault == Fault::bad_restart);
  CHECK_FALSE(read("64_startpot_truncated_rho", "x.xml").empty());
}

TEST_CASE("a full disk is seen before the diagonaliser is blamed") {
  auto run = files("10b_disk_256k_diskio_high", End::exited, 30);
  CHECK(diagnose(run).fault == Fault::diagonalization);
  run.free_bytes = 0;
  CHECK(diagnose(run).fault == Fault::disk_full);
}

TEST_CASE("a good run with a truncated XML file is not good") {
  auto run = files("00_ok", End::exited, 0);
  run.xml.resize(run.xml.size() / 2);
  CHECK(diagnose(run).fault == Fault::incomplete_output);
  CHECK(diagnose(run).detail == "the XML file is not whole");
}

TEST_CASE("text says converged, XML says not: not converged") {
  auto run = files("00_ok", End::exited, 0);
  const std::string yes = "<convergence_achieved>true";
  run.xml.replace(run.xml.find(yes), yes.size(), "<convergence_achieved>false");
  CHECK(diagnose(run).fault == Fault::not_converged);
}

TEST_CASE("a message is quoted with its next line") {
  CHECK(diagnose(files("21_cg_maxiter1", End::exited, 1)).detail ==
        "too many bands are not converged");
  CHECK(diagnose(files("05_pp_missing", End::exited, 1)).detail ==
        "Error in routine readpp (1): file /usr/share/espresso/pseudo/Al.UPF not found");
}

TEST_CASE("a good run is accepted, and only with what it was asked for") {
  const auto structure = asked("00_ok");
  const auto good = verdict("00_ok", structure, aluminium());
  CHECK(good.detail == "");
  CHECK(good.fault == Fault::none);

  auto parameters = aluminium();
  parameters.conv_thr_ry = 1e-9;
  CHECK(verdict("00_ok", structure, parameters).fault == Fault::not_converged);
  parameters = aluminium();
  parameters.mpi_ranks = 2;
  CHECK(verdict("00_ok", structure, parameters).fault == Fault::contradiction);
  auto moved = structure;
  moved.positions[2][1] += 1e-3;
  CHECK(verdict("00_ok", moved, aluminium()).detail == "atom 3 stands elsewhere than asked for");
  auto stretched = structure;
  stretched.cell.vectors *= 1.001;
  CHECK(verdict("00_ok", stretched, aluminium()).detail == "another cell than asked for");
  auto fewer = structure;
  fewer.numbers.pop_back();
  fewer.positions.pop_back();
  CHECK(verdict("00_ok", fewer, aluminium()).fault != Fault::none);
}

TEST_CASE("a run whose forces or stress do not balance, or that is another's, is refused") {
  const auto structure = asked("00_ok");
  const auto parameters = aluminium();
  const auto numerics = first_numerics(parameters);
  const auto text = parse_text(read("00_ok", "pw.out"));
  auto run = read("00_ok", "x.xml");
  run.replace(run.find("<title></title>"), 15, "<title>mlip-7</title>");
  const auto good = parse_xml(run);
  REQUIRE(good);
  CHECK(check({structure, parameters, numerics, "mlip-7"}, *good, text).fault == Fault::none);
  CHECK(check({structure, parameters, numerics, "mlip-8"}, *good, text).detail ==
        "the XML file is of the run 'mlip-7', not 'mlip-8'");
  auto wrong = *good;
  wrong.forces[1].y() += 0.02;
  CHECK(check({structure, parameters, numerics, "mlip-7"}, wrong, text).detail ==
        "forces that add up to 0.02 eV/Å");
  wrong = *good;
  (*wrong.stress)(0, 2) += 1e-5;
  const auto skew = check({structure, parameters, numerics, "mlip-7"}, wrong, text);
  CHECK(skew.fault == Fault::contradiction);
  CHECK(skew.detail == "a stress that is not symmetric by 1e-05 eV/Å³");
}

TEST_CASE("runs that succeeded in silence but are wrong are refused") {
  auto parameters = aluminium();
  CHECK(verdict("01b_maxstep2_mustnot", asked("01b_maxstep2_mustnot"), parameters).fault ==
        Fault::not_converged);
  CHECK(verdict("05e_pp_wrong_element", asked("05e_pp_wrong_element"), parameters).detail ==
        "no pseudopotential was read for Al");
  parameters.species["Al"].checksum = "00000000000000000000000000000000";
  CHECK(verdict("00_ok", asked("00_ok"), parameters).detail ==
        "./pp/Al.UPF was read with MD5 69dcd8cd7cc1bedf536afd524f174f6a instead of "
        "00000000000000000000000000000000");
  parameters = aluminium();
  CHECK(verdict("14b_nat_too_small", asked("14b_nat_too_small"), parameters).fault != Fault::none);
  CHECK(check_structure(asked("06_overlap_0.40A")).fault == Fault::atoms_too_close);
}

TEST_CASE("the labels of an accepted run") {
  const auto structure = asked("20_Ni2_uspp_2.0A");
  Parameters parameters;
  parameters.species["Ni"] = {"Ni.UPF", "f3dced881015233e580a368199c8c48a", "pbe", 10, 1.0};
  parameters.spin_polarized = true;
  const Numerics numerics = first_numerics(parameters);
  const auto xml = parse_xml(read("20_Ni2_uspp_2.0A", "x.xml"));
  const auto text = parse_text(read("20_Ni2_uspp_2.0A", "pw.out"));
  const Request request{structure, parameters, numerics};
  CHECK(check(request, *xml, text).detail == "");
  const auto labels = labels_of(request, *xml, text);
  CHECK(core::is_finite(labels, 2));
  CHECK(labels.magnetic_moments.size() == 2);
  CHECK(*labels.total_magnetization == doctest::Approx(2).epsilon(0.01));
  CHECK(labels.stress);

  parameters.species["Ni"].starting_moment = 5;  // 2.3 of 10: a state that was not meant
  CHECK(check(request, *xml, text).fault == Fault::magnetic_state);
  parameters.isolated = true;
  CHECK_FALSE(labels_of(request, *xml, text).stress);
}

namespace {

/// What came of one labelling of the storm: its outcome, or that it stopped the run.
struct StormOutcome {
  bool stopped = false;
  core::Outcome outcome;
};

/// The first `failures` attempts leave behind what `one` left, the next a good run.
StormOutcome labelled_in_a_storm(const Case& one, int failures, dft::Learning& learning) {
  const auto lessons = learning.lessons(aluminium());
  StormOutcome result;
  try {
    result.outcome = heal(
        asked("00_ok"), aluminium(),
        [&](const Numerics&, int attempt, double) {
          return attempt <= failures ? files(one.run, one.end, one.code)
                                     : files("00_ok", End::exited, 0);
        },
        lessons);
    learning.learn(result.outcome.attempts);
  } catch (const core::UserError&) {
    result.stopped = true;
  }
  return result;
}

/// Rungs that are climbed whatever the output says.
int sure_rungs(Fault fault) {
  const auto rungs = ladder(fault, {});
  return static_cast<int>(std::ranges::count(rungs, dft::Condition::always, &Remedy::condition));
}

}  // namespace

TEST_CASE("a storm: 500 labellings, three in ten meet a fault of the catalogue up to three times") {
  auto engine = core::random_engine(5, "storm");
  const auto below = [&engine](std::size_t n) {
    return static_cast<std::size_t>(core::uniform(engine) * static_cast<double>(n));
  };
  dft::Learning learning;
  int healed = 0, given_up = 0, stopped = 0, tries = 0;
  std::set<std::string> met;
  for (int k = 0; k < 500; ++k) {
    const bool struck = core::uniform(engine) < 0.3;
    const Case& one = cases[struck ? below(std::size(cases)) : 0];
    const int failures = one.fault == Fault::none ? 0 : 1 + static_cast<int>(below(3));
    CAPTURE(std::string(one.run));
    CAPTURE(failures);
    const auto [run_stopped, outcome] = labelled_in_a_storm(one, failures, learning);
    const auto consequence = entry(one.fault).consequence;
    const bool recoverable = failures <= sure_rungs(one.fault);
    met.insert(std::string(entry(one.fault).name));
    CHECK(run_stopped ==
          (failures > 0 && (consequence == dft::Consequence::stop_run ||
                            (consequence != dft::Consequence::give_up && !recoverable))));
    stopped += run_stopped ? 1 : 0;
    if (run_stopped) continue;
    CHECK(outcome.accepted == recoverable);
    const int attempts = static_cast<int>(outcome.attempts.size());
    CHECK(attempts == (recoverable ? failures : sure_rungs(one.fault)) + 1);
    for (int a = 0; a + 1 < attempts; ++a)
      CHECK(outcome.attempts[std::size_t(a)].fault == entry(one.fault).name);
    healed += outcome.accepted && attempts > 1 ? 1 : 0;
    given_up += outcome.accepted ? 0 : 1;
    tries += attempts - 1;
  }
  CHECK(met.size() >= 15);
  CHECK(healed > 20);
  CHECK(given_up > 10);
  CHECK(stopped > 10);
  int counted = 0, successes = 0;
  for (const auto& [key, tally] : learning.experience().tallies) {
    counted += tally.tries;
    successes += tally.successes;
  }
  CHECK(counted == tries);
  CHECK(successes == healed);
}
