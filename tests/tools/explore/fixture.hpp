/// A deterministic ACE potential with an active set, structures, and LAMMPS runs for these tests.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "ace/evaluator.hpp"
#include "ace/files.hpp"
#include "core/structure.hpp"
#include "exec/process.hpp"

namespace fixture {

/// Points run_walk at the built host, makes a folder of its own and removes it at the end.
class Folder {
 public:
  explicit Folder(const std::string& name);
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Al and Ni with small many-body terms over a repulsive core.
struct TestPotential {
  mlip::ace::Potential potential;
  mlip::ace::ActiveSetInverse active_set;
  std::filesystem::path yaml, asi;
  [[nodiscard]] mlip::ace::Evaluator evaluator() const {
    return mlip::ace::Evaluator(potential, active_set);
  }
};
[[nodiscard]] TestPotential write_potential(const std::filesystem::path& folder);

/// fcc with lattice constant `a` Å, every fourth atom Ni, moved at random by `amplitude` Å.
[[nodiscard]] mlip::core::Structure crystal(double a, int n, double amplitude, int seed = 1);
/// Some atoms in a skewed cell.
[[nodiscard]] mlip::core::Structure skewed(bool left_handed);
/// The primitive cell of fcc aluminium: one atom, shorter than the cutoff in every direction.
[[nodiscard]] mlip::core::Structure tiny();

/// Runs a script in the host program; the output in `folder`/output.txt.
mlip::exec::Completion run_script(const std::filesystem::path& folder, const std::string& script,
                                  int ranks);
/// The number after `name ` at the start of a line of output.txt.
[[nodiscard]] double printed(const std::filesystem::path& folder, const std::string& name);
/// Rows of the last frame of a dump file sorted by their first number.
[[nodiscard]] std::vector<std::vector<double>> dumped(const std::filesystem::path& file);

}  // namespace fixture
