/// `.asi` active sets: what is read is written and read again bit by bit.
#include "ace/files.hpp"
#include "target.hpp"

using namespace mlip;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return fuzz::try_bytes(data, size, [](const std::filesystem::path& file) {
    const ace::ActiveSetInverse set = ace::read_asi(file);
    MLIP_ASSERT(!set.empty());
    ace::write_asi(set, fuzz::copy());
    MLIP_ASSERT(ace::read_asi(fuzz::copy()) == set);
  });
}
