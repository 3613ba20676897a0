#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/element.hpp"
#include "dft/vasp/potcar.hpp"
#include "exec/process.hpp"
#include "pipeline/draft.hpp"

namespace mlip::pipeline {

namespace {

constexpr double cutoff_over_enmax = 1.3;

void plan_potcars(Draft& draft, const std::map<std::string, dft::vasp::Potcar>& files) {
  const auto& named = draft.user.level_of_theory.vasp.value_or(VaspTheory{}).potcars;
  for (const auto& [symbol, file] : files) {
    const auto [moment, why] = moment_of(draft, core::element(*core::atomic_number(symbol)));
    draft.config().vasp->species[symbol] = {file.file.string(), file.title,   file.checksum,
                                            file.functional,    file.valence, moment};
    const std::string key = "vasp.species." + symbol + '.';
    draft.because(key + "potcar", named.contains(symbol) ? "level_of_theory.vasp.potcars"
                                                         : "the one that VASP's makers recommend");
    draft.because(key + "title", "TITEL of the file");
    draft.because(key + "checksum", "MD5 of its text when the plan was made");
    draft.because(key + "functional", "LEXCH of the file");
    draft.because(key + "valence", "ZVAL of the file");
    draft.because(key + "starting_moment", why);
  }
}

void plan_encut(Draft& draft, const std::map<std::string, dft::vasp::Potcar>& files) {
  const auto theory = draft.user.level_of_theory.vasp.value_or(VaspTheory{});
  double largest = 0;
  std::string of;
  for (const auto& [symbol, file] : files)
    if (file.enmax > largest) largest = file.enmax, of = symbol;
  draft.config().vasp->encut = theory.encut.value_or(std::ceil(cutoff_over_enmax * largest));
  draft.because("vasp.encut", theory.encut ? "level_of_theory.vasp.encut"
                                           : fmt::format("1.3 × ENMAX {:g} eV of {}: stresses "
                                                         "need more than energies",
                                                         largest, of));
}

}  // namespace

void plan_vasp(Draft& draft) {
  const auto& theory = draft.user.level_of_theory;
  const auto user = theory.vasp.value_or(VaspTheory{});
  auto& vasp = draft.config().vasp.emplace();
  const auto library = user.potentials.empty() ? dft::vasp::default_potentials()
                                               : std::filesystem::path(user.potentials);
  const auto files = dft::vasp::choose_potcars(draft.config().elements, library, user.potcars);
  plan_potcars(draft, files);
  plan_encut(draft, files);
  vasp.functional =
      theory.functional.empty() ? files.begin()->second.functional : theory.functional;
  (void)dft::vasp::gga_tag(vasp.functional, files.begin()->second.functional);
  draft.because("vasp.functional", theory.functional.empty() ? "that of the POTCAR files"
                                                             : "level_of_theory.functional");
  vasp.incar = user.incar;
  draft.because("vasp.incar",
                user.incar.empty() ? "the input names none" : "level_of_theory.vasp.incar");
  for (const auto& [tag, value] : user.incar)
    draft.because("vasp.incar." + tag, "level_of_theory.vasp.incar");
  vasp.command = user.command;
  const std::string program = user.command.substr(0, user.command.find(' '));
  draft.because("vasp.command", exec::find_program(program)
                                    ? "found on this machine"
                                    : fmt::format("'{}' is not in PATH here: name it in "
                                                  "level_of_theory.vasp.command before a run",
                                                  program));
  for (const char* key : {"species", "dft.ecutwfc_ry", "dft.ecutrho_ry", "dft.ecfixed_ry"})
    draft.because(key, "unused: VASP labels");
  for (const char* key : {"calculator", "arguments", "tighter", "python", "time_limit_seconds"})
    draft.because(fmt::format("ase.{}", key), "unused: VASP labels");
}

void plan_vasp_electrons(Draft& draft) {
  auto& vasp = *draft.config().vasp;
  const auto& dft = draft.config().dft;
  const Bonding& bonding = draft.bonding;
  const bool metal = !bonding.fixed_occupations && !draft.molecule();
  vasp.k_spacing = dft.k_spacing;
  draft.because("vasp.k_spacing", draft.plan.reasons.at("dft.k_spacing"));
  vasp.ismear = metal ? 1 : 0;
  draft.because("vasp.ismear", metal ? "Methfessel and Paxton's first order: forces of metals"
                                     : "Gauss: a gap knows no negative occupations");
  vasp.sigma = metal ? 0.2 : 0.05;
  draft.because("vasp.sigma", metal ? "0.2 eV: entropy below 1 meV/atom in most metals"
                                    : "0.05 eV: narrow beside a gap");
  vasp.spin_polarized = bonding.magnetic;
  draft.because("vasp.spin_polarized", draft.plan.reasons.at("dft.spin_polarized"));
  vasp.isolated = draft.molecule();
  draft.because("vasp.isolated", draft.plan.reasons.at("dft.isolated"));
  draft.because("vasp.ediff", "a hundredth of VASP's own: forces need more than energies");
  draft.because("vasp.nelm", "good cells need 10-30 steps; a fault is told by 100");
  draft.because("vasp.time_limit_seconds", "an hour an attempt");
}

}  // namespace mlip::pipeline
