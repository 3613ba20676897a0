#include <fmt/format.h>

#include "dft/vasp/remedy.hpp"

namespace mlip::dft::vasp {

namespace {

std::string symptom_text(const Symptom& symptom) {
  switch (symptom.evidence) {
    case Evidence::text:
      return fmt::format("`{}`", symptom.text);
    case Evidence::warning:
      return fmt::format("`{}`, where it did not converge after that", symptom.text);
    case Evidence::signal:
      return fmt::format("signal: {}", symptom.text);
    case Evidence::exit_code:
      return fmt::format("exit status {}", symptom.text);
    case Evidence::free_space:
      return fmt::format("scratch disk: {}", symptom.text);
    case Evidence::vasprun:
      return fmt::format("vasprun.xml {}", symptom.text);
    case Evidence::ending:
    case Evidence::unfinished:
      break;
  }
  return std::string(symptom.text);
}

std::string symptoms_of(Fault fault) {
  std::string text;
  for (const Symptom& symptom : symptoms())
    if (symptom.fault == fault) text += (text.empty() ? "" : "; ") + symptom_text(symptom);
  return text.empty() ? "by comparison with what was asked" : text;
}

std::string shown_ladder(const FaultEntry& fault) {
  std::string text;
  int rung = 0;
  for (const Remedy& remedy : remedies())
    if (remedy.fault == fault.fault)
      text += fmt::format("{}. {} ({})<br>", ++rung, remedy.name,
                          text_of(remedy.kind, remedy.condition));
  return text + (fault.consequence != Consequence::give_up
                     ? fmt::format("the run stops: {}", fault.advice)
                     : "the structure is given up");
}

}  // namespace

std::string fault_reference() {
  std::string text =
      "# Faults of VASP and their remedies\n\nGenerated from the tables the program works with. A "
      "fault is named by the first symptom that fits, in the order of\nthe second table; texts are "
      "searched in both outputs and at the end of OUTCAR. Remedies are tried from the top; none\n"
      "changes the level of theory: a `bridge` is left again, and only what the target settings "
      "give from there is a label.\n\n| fault | what it is | seen by | what is done "
      "|\n|---|---|---|---|\n";
  for (const FaultEntry& fault : fault_entries())
    if (fault.fault != Fault::none && fault.fault != Fault::interrupted)
      text += fmt::format("| {} | {} | {} | {} |\n", fault.name, fault.meaning,
                          symptoms_of(fault.fault), shown_ladder(fault));
  text += fmt::format(
      "\nAfter a bridge converged: {} (numerics).\n\n## Order of the symptoms\n\n| | symptom | "
      "fault "
      "|\n|---|---|---|\n",
      return_from_bridge().name);
  int number = 0;
  for (const Symptom& symptom : symptoms())
    text += fmt::format("| {} | {} | {} |\n", ++number, symptom_text(symptom),
                        entry(symptom.fault).name);
  return text;
}

}  // namespace mlip::dft::vasp
