#include "surrogate/open.hpp"

#include "surrogate/ase_worker.hpp"
#include "surrogate/sevennet.hpp"
#include "surrogate/sevennet_library.hpp"

namespace mlip::surrogate {

Surrogate open_surrogate(const std::string& model, int workers) {
  constexpr const char* ase = "ase:";
  if (model.starts_with(ase)) {
    AseOptions options;
    options.calculator = model.substr(std::string_view(ase).size());
    options.workers = workers;
    return {std::make_unique<AseWorker>(options), model, "unknown", "the calculator's own"};
  }
  auto sevennet = std::make_unique<SevenNet>(find_sevennet(model));
  Surrogate surrogate{nullptr, sevennet->name(), sevennet->version(), sevennet->energies()};
  surrogate.calculator = std::move(sevennet);
  return surrogate;
}

}  // namespace mlip::surrogate
