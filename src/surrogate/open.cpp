#include "surrogate/open.hpp"

#include <fmt/format.h>

#include "ase/ase_worker.hpp"
#include "core/error.hpp"
#include "surrogate/mace.hpp"
#include "surrogate/sevennet.hpp"
#include "surrogate/sevennet_library.hpp"
#include "surrogate/torch_model.hpp"

namespace mlip::surrogate {

namespace {

constexpr const char* trained_on = "those it was trained on";

template <class Model>
Surrogate described(std::unique_ptr<Model> model, const std::string& energies) {
  Surrogate surrogate{nullptr, model->name(), model->version(), energies};
  surrogate.calculator = std::move(model);
  return surrogate;
}

}  // namespace

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
  if (model.ends_with(".model"))
    throw core::UserError(
        core::ExitCode::bad_input,
        fmt::format("'{}' is a Python object, which only its own package reads", model),
        fmt::format("export it with: mace_create_lammps_model {} --dtype float64", model));
  const auto file = find_sevennet(model);
  if (model.ends_with(".mace")) return described(std::make_unique<Mace>(file), trained_on);
  if (model.ends_with(".pt")) return described(std::make_unique<TorchModel>(file), trained_on);
  auto sevennet = std::make_unique<SevenNet>(file);
  const std::string energies = sevennet->energies();
  return described(std::move(sevennet), energies);
}

}  // namespace mlip::surrogate
