#include "surrogate/mace_convert.hpp"

#include <fmt/format.h>

#include "ase/ase_worker.hpp"
#include "core/error.hpp"
#include "core/file.hpp"
#include "exec/workplace.hpp"
#include "surrogate/scripts.hpp"

namespace mlip::surrogate {

void convert_mace(const std::filesystem::path& model, const std::vector<std::string>& elements,
                  const std::filesystem::path& out) {
  namespace fs = std::filesystem;
  if (!fs::is_regular_file(model))
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("there is no model file '{}'", model.string()));
  const exec::Workplace place(out);
  core::write_atomically(place.path() / "convert.py", mace_script());
  std::vector<std::string> argv = {ase::python_with_ase(), "convert.py", fs::absolute(model),
                                   "converted.mace"};
  argv.insert(argv.end(), elements.begin(), elements.end());
  if (const auto complaint = place.complaint(argv, model.string(), {{"LC_ALL", "C.UTF-8"}}))
    throw core::UserError(
        core::ExitCode::bad_input, *complaint,
        "models of other architectures run as they are where libtorch is: ./dev setup --mace");
  fs::rename(place.path() / "converted.mace", out);
}

}  // namespace mlip::surrogate
