#include "surrogate/open.hpp"

#include "ase/ase_worker.hpp"
#include "surrogate/sevennet.hpp"
#include "surrogate/sevennet_library.hpp"

namespace mlip::surrogate {

Surrogate open_surrogate(const std::string& model, int workers, double call_seconds) {
  constexpr std::string_view prefix = "ase:";
  if (model.starts_with(prefix)) {
    ase::AseOptions options;
    options.python = ase::python_with_ase();
    options.calculator = model.substr(prefix.size());
    options.workers = workers;
    options.call_seconds = call_seconds;
    auto worker = std::make_unique<ase::AseWorker>(options);
    Surrogate surrogate{nullptr, model, worker->versions(), "the calculator's own"};
    surrogate.calculator = std::move(worker);
    return surrogate;
  }
  auto sevennet = std::make_unique<SevenNet>(find_sevennet(model));
  Surrogate surrogate{nullptr, sevennet->name(), sevennet->version(), sevennet->energies()};
  surrogate.calculator = std::move(sevennet);
  return surrogate;
}

}  // namespace mlip::surrogate
