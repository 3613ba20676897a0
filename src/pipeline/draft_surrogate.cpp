#include <fmt/format.h>

#include <algorithm>

#include "core/element.hpp"
#include "core/error.hpp"
#include "pipeline/draft.hpp"
#include "surrogate/sevennet_file.hpp"

namespace mlip::pipeline {

namespace {

constexpr const char* default_surrogate = "sevennet-0";

std::string obstacle(const Draft& draft) {
  if (draft.molecule() && !draft.given_molecules())
    return "what it was trained on holds no molecules";
  return surrogate_obstacle(draft.machine, draft.composition);
}

}  // namespace

std::filesystem::path default_surrogate_file(const Installation& machine) {
  return machine.surrogate_folder / (std::string(default_surrogate) + ".sevennet");
}

std::string surrogate_obstacle(const Installation& machine, const Composition& composition) {
  const auto file = default_surrogate_file(machine);
  if (machine.surrogate_folder.empty() || !std::filesystem::exists(file))
    return "it is not installed, so no seed is screened before DFT is paid for it: mlip-auto "
           "doctor --fix fetches it (43 MB, once)";
  try {
    const auto model = surrogate::read_sevennet(file);
    for (const auto& [symbol, fraction] : composition)
      if (std::ranges::count(model.species, *core::atomic_number(symbol)) == 0)
        return fmt::format("it does not know '{}'", symbol);
  } catch (const core::UserError& error) {
    return fmt::format("{}: mlip-auto doctor --fix fetches it again", error.what());
  }
  return "";
}

void plan_surrogate(Draft& draft) {
  const std::string why_not = obstacle(draft);
  if (why_not.empty()) draft.config().surrogate.model = default_surrogate;
  draft.because("surrogate.model",
                !why_not.empty() ? fmt::format("none instead of {}: {}", default_surrogate, why_not)
                : draft.molecule()
                    ? "installed, knows all elements: molecules are shaken along its vibrations"
                    : "installed, knows all elements: seeds that it calls nonsense cost no DFT");
  draft.config().surrogate.screen = !draft.molecule();
  draft.because("surrogate.screen",
                draft.molecule()
                    ? "it was trained on crystals, and the ends of a bond's curve are needed"
                : why_not.empty() ? "what it calls nonsense costs no DFT"
                                  : "of no effect without a model");
  if (draft.molecule()) {
    draft.config().surrogate.lessons = 0;
    return draft.because("surrogate.lessons",
                         "it was trained on crystals: its energies of molecules teach nothing");
  }
  const bool cheap = !draft.config().ase.calculator.empty();
  if (cheap) draft.config().surrogate.lessons = 0;
  draft.because("surrogate.lessons",
                cheap ? "an ASE calculator labels: whether lessons cost less is not known"
                      : "what surrogate.model says of them is where fits begin, as far as labels "
                        "bear it out; none without a model");
}

}  // namespace mlip::pipeline
