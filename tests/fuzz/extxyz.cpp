/// Extended XYZ: what is read is written and read again, frame by frame.
#include "io/extended_xyz.hpp"
#include "target.hpp"

using namespace mlip;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return fuzz::try_bytes(data, size, [](const std::filesystem::path& file) {
    const auto frames = io::read_extended_xyz(file);
    io::write_extended_xyz(fuzz::copy(), frames);
    const auto again = io::read_extended_xyz(fuzz::copy());
    MLIP_ASSERT(again.size() == frames.size());
    for (std::size_t k = 0; k < frames.size(); ++k)
      MLIP_ASSERT(again[k].structure.numbers == frames[k].structure.numbers &&
                  again[k].info.size() == frames[k].info.size());
  });
}
