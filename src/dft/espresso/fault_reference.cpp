#include <fmt/format.h>

#include "dft/espresso/remedy.hpp"

namespace mlip::dft::espresso {

namespace {

std::string shown(const Symptom& symptom) {
  switch (symptom.evidence) {
    case Evidence::text:
      return fmt::format("`{}`", symptom.text);
    case Evidence::missing_text:
      return fmt::format("no `{}`", symptom.text);
    case Evidence::signal:
      return fmt::format("signal: {}", symptom.text);
    case Evidence::exit_code:
      return fmt::format("exit status {}", symptom.text);
    case Evidence::free_space:
      return fmt::format("scratch disk: {}", symptom.text);
    case Evidence::xml:
      return fmt::format("XML file {}", symptom.text);
    case Evidence::ending:
      break;
  }
  return std::string(symptom.text);
}

std::string symptoms_of(Fault fault) {
  std::string text;
  for (const Symptom& symptom : symptoms())
    if (symptom.fault == fault) text += (text.empty() ? "" : "; ") + shown(symptom);
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
      "# Faults of Quantum ESPRESSO and their remedies\n\n"
      "Generated from the tables the program works with. A fault is named by the first symptom "
      "that "
      "fits, in the\norder of the second table; remedies are tried from the top. `numerics` leaves "
      "the label what it is; a\n`bridge` is left again: only what the target settings give from "
      "its "
      "density is a label. Remedies that\nwould change the level of theory are not made.\n\n"
      "| fault | what it is | seen by | what is done |\n|---|---|---|---|\n";
  for (const FaultEntry& fault : fault_entries())
    if (fault.fault != Fault::none && fault.fault != Fault::interrupted)
      text += fmt::format("| {} | {} | {} | {} |\n", fault.name, fault.meaning,
                          symptoms_of(fault.fault), shown_ladder(fault));
  text += fmt::format(
      "\nAfter a bridge converged: {} (numerics).\n\n## Order of the symptoms\n\n"
      "| | symptom | fault |\n|---|---|---|\n",
      return_from_bridge().name);
  int number = 0;
  for (const Symptom& symptom : symptoms())
    text += fmt::format("| {} | {} | {} |\n", ++number, shown(symptom), entry(symptom.fault).name);
  return text;
}

}  // namespace mlip::dft::espresso
