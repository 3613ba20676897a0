#include "dft/espresso/doctor.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "core/error.hpp"
#include "core/file.hpp"
#include "dft/espresso/acceptance.hpp"
#include "dft/espresso/launch.hpp"
#include "dft/espresso/pseudopotential.hpp"

namespace mlip::dft::espresso {

namespace {

namespace fs = std::filesystem;

core::Structure hydrogen_molecule() {
  core::Structure molecule;
  molecule.cell.vectors = core::Mat3::Identity() * 6;
  molecule.numbers = {1, 1};
  molecule.positions = {{0, 0, 0}, {0.77, 0, 0}};
  return molecule;
}

void run_molecule(const Parameters& parameters, const fs::path& folder, Finding& finding) {
  const auto molecule = hydrogen_molecule();
  const Numerics numerics = first_numerics(parameters);
  Scratch scratch(folder, "doctor");
  const RunFiles files = scratch.run(molecule, parameters, numerics, 1, {});
  const TextOutput text = parse_text(files.standard_output);
  finding.version = text.version;
  Diagnosis diagnosis = diagnose(files);
  if (diagnosis.fault == Fault::none)
    diagnosis = check({molecule, parameters, numerics, files.run_id}, *parse_xml(files.xml), text);
  finding.works = diagnosis.fault == Fault::none;
  finding.detail = finding.works
                       ? fmt::format("H2 in {:.1f} s", files.completion.seconds)
                       : fmt::format("H2: {}: {}", entry(diagnosis.fault).name, diagnosis.detail);
  if (!finding.works) finding.remedy = "install quantum-espresso and quantum-espresso-data again";
}

}  // namespace

Finding check_pw(const std::string& command) {
  Finding finding{command, false, "", "", ""};
  std::error_code ignored;
  std::string folder = (fs::temp_directory_path(ignored) / "mlip_doctor_XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) {
    finding.detail = fmt::format("no temporary folder can be made in '{}'",
                                 fs::temp_directory_path(ignored).string());
    finding.remedy = "free the disk, or set TMPDIR";
    return finding;
  }
  try {
    const auto program = exec::find_program(command);
    if (!program)
      throw core::UserError(core::ExitCode::missing_tool, fmt::format("'{}' is not found", command),
                            "install quantum-espresso, or name the program in dft.pw_command");
    const auto file = read_upf(fs::path(stock_folder) / "H.pz-vbc.UPF");
    if (!file)
      throw core::UserError(core::ExitCode::missing_tool,
                            fmt::format("no '{}/H.pz-vbc.UPF'", stock_folder),
                            "install quantum-espresso-data");
    Parameters parameters;
    parameters.species["H"] = {file->file.string(), file->checksum, file->functional, file->valence,
                               0};
    parameters.ecutwfc_ry = 30;
    parameters.ecutrho_ry = 120;
    parameters.isolated = true;
    parameters.time_limit_seconds = 60;
    parameters.pw_command = program->string();
    run_molecule(parameters, folder, finding);
  } catch (const core::UserError& error) {
    finding.detail = error.what();
    finding.remedy = error.remedy();
  }
  fs::remove_all(folder, ignored);
  return finding;
}

}  // namespace mlip::dft::espresso
