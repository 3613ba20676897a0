/// `.yaml` potentials: what is read can be evaluated, written and read again.
#include "ace/evaluator.hpp"
#include "ace/files.hpp"
#include "target.hpp"

using namespace mlip;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return fuzz::try_bytes(data, size, [](const std::filesystem::path& file) {
    const ace::Potential potential = ace::read_yaml(file);
    const ace::Evaluator model(potential);
    MLIP_ASSERT(model.cutoff() > 0);
    ace::write_yaml(potential, fuzz::copy());
    MLIP_ASSERT(ace::read_yaml(fuzz::copy()).function_count() == potential.function_count());
  });
}
