#include "dft/vasp/launch.hpp"

#include <fmt/format.h>

#include <sstream>
#include <utility>

#include "core/error.hpp"
#include "core/file.hpp"

namespace mlip::dft::vasp {

namespace {

namespace fs = std::filesystem;

constexpr double least_room = 64.0 * (1 << 20);  // bytes

}  // namespace

std::vector<std::string> launch_arguments(const std::string& command) {
  std::vector<std::string> words;
  std::istringstream in(command);
  for (std::string word; in >> word;) words.push_back(word);
  const auto program = words.empty() ? std::nullopt : exec::find_program(words.front());
  if (!program)
    throw core::UserError(
        core::ExitCode::missing_tool,
        fmt::format("'{}' is not found", words.empty() ? command : words.front()),
        "put VASP into PATH, or name it in level_of_theory: {vasp: {command: /path/vasp_std}}");
  words.front() = program->string();
  return words;
}

RunFiles Scratch::run(const core::Structure& structure, const Parameters& parameters,
                      const Numerics& numerics, int attempt, std::stop_token stop) {
  const fs::path here = attempts_.folder(attempt), before = attempts_.folder(attempt - 1);
  RunFiles files;
  core::make_folder(here);
  files.run_id = attempts_.new_run_id(attempt);
  files.free_bytes = free_bytes(here);
  if (files.free_bytes < least_room) {
    files.completion = {exec::Completion::End::exited, 1, 0, 0};
    files.free_bytes = 0;
    return files;
  }
  std::error_code failed;
  if (numerics.start_from_wavefunctions) fs::rename(before / "WAVECAR", here / "WAVECAR", failed);
  fs::remove_all(before);
  const Sent atoms = sent(structure);
  core::write_atomically(here / "INCAR", write_incar(atoms, parameters, numerics, files.run_id));
  core::write_atomically(here / "KPOINTS", write_kpoints(structure, parameters));
  core::write_atomically(here / "POSCAR", write_poscar(atoms));
  core::write_atomically(here / "POTCAR", write_potcar(structure, parameters));

  exec::Command command;
  command.argv = launch_arguments(parameters.command);
  command.folder = here;
  command.environment = {{"OMP_NUM_THREADS", "1"}};
  command.standard_output = "vasp.out";
  command.standard_error = "vasp.err";
  command.time_limit_seconds = numerics.time_limit_seconds;
  files.completion = exec::run(command, std::move(stop));

  files.standard_output = content_of(here / "vasp.out");
  files.standard_error = content_of(here / "vasp.err");
  files.outcar = content_of(here / "OUTCAR");
  files.vasprun = content_of(here / "vasprun.xml");
  files.free_bytes = free_bytes(here);
  const auto size = fs::file_size(here / "WAVECAR", failed);
  files.wavefunctions_saved = !failed && size > 0;
  return files;
}

void Scratch::keep_failed(int attempt) const {
  attempts_.keep("failed", attempt,
                 {"INCAR", "KPOINTS", "POSCAR", "OUTCAR", "vasprun.xml", "vasp.out", "vasp.err"});
}

void Scratch::keep_accepted(int attempt) const {
  attempts_.keep("accepted", attempt, {"INCAR", "KPOINTS", "POSCAR"});
  attempts_.keep_packed("accepted", attempt, "OUTCAR");
}

}  // namespace mlip::dft::vasp
