/// `.yace` potentials: what is read can be evaluated.
#include "ace/evaluator.hpp"
#include "ace/files.hpp"
#include "target.hpp"

using namespace mlip;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return fuzz::try_bytes(data, size, [](const std::filesystem::path& file) {
    const ace::Evaluator model(ace::read_yace(file));
    MLIP_ASSERT(model.cutoff() > 0);
  });
}
