#include "surrogate/open.hpp"

#include <fmt/format.h>

#include "ase/ase_worker.hpp"
#include "core/error.hpp"
#include "surrogate/sevennet.hpp"
#include "surrogate/sevennet_library.hpp"
#include "surrogate/torch_model.hpp"

namespace mlip::surrogate {

Surrogate open_surrogate(const std::string& model, int workers) {
  constexpr std::string_view prefix = "ase:";
  if (model.starts_with(prefix)) {
    ase::AseOptions options;
    options.calculator = model.substr(prefix.size());
    options.workers = workers;
    auto worker = std::make_unique<ase::AseWorker>(options);
    Surrogate surrogate{nullptr, model, worker->versions(), "the calculator's own"};
    surrogate.calculator = std::move(worker);
    return surrogate;
  }
  if (model.ends_with(".model"))
    throw core::UserError(
        core::ExitCode::bad_input,
        fmt::format("'{}' is a Python object, which only its own package reads", model),
        fmt::format("export it with: mace_create_lammps_model {} --dtype float64", model));
  if (model.ends_with(".pt")) {
    auto torch = std::make_unique<TorchModel>(find_sevennet(model));
    Surrogate surrogate{nullptr, torch->name(), torch->version(), "those it was trained on"};
    surrogate.calculator = std::move(torch);
    return surrogate;
  }
  auto sevennet = std::make_unique<SevenNet>(find_sevennet(model));
  Surrogate surrogate{nullptr, sevennet->name(), sevennet->version(), sevennet->energies()};
  surrogate.calculator = std::move(sevennet);
  return surrogate;
}

}  // namespace mlip::surrogate
