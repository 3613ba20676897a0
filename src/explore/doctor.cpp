#include "explore/doctor.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "core/error.hpp"
#include "core/file.hpp"
#include "exec/process.hpp"
#include "explore/molecular_dynamics.hpp"
#include "explore/walk_output.hpp"

namespace mlip::explore {
namespace {

namespace fs = std::filesystem;

constexpr const char* script_text = R"script(units lj
lattice fcc 0.8442
region box block 0 3 0 3 0 3
create_box 1 box
create_atoms 1 box
mass 1 1.0
displace_atoms all random 0.05 0.05 0.05 4711
pair_style lj/cut 2.5
pair_coeff * * 1.0 1.0
fix integrate all nve
run 1 post no
print "own $(pe:%20.15g)"
pair_style mlip/lj 2.5
pair_coeff * * 1.0 1.0
run 0 post no
print "ours $(pe:%20.15g)"
)script";

std::string word_after(const std::string& text, const std::string& key) {
  const std::size_t start = text.find("\n" + key + " ");
  if (start == std::string::npos) return "";
  const std::size_t from = text.find_first_not_of(' ', start + key.size() + 2);
  return from == std::string::npos ? "" : text.substr(from, text.find('\n', from) - from);
}

std::string version_of(const std::string& text) {
  const std::size_t start = text.find("LAMMPS (");
  if (start == std::string::npos) return "";
  const std::size_t end = text.find(')', start);
  return end == std::string::npos ? "" : text.substr(start + 8, end - start - 8);
}

std::optional<double> number(const std::string& text) {
  try {
    return std::stod(text);
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

void judge(const exec::Completion& done, const std::string& output, Finding& finding) {
  finding.version = version_of(output);
  const auto own = number(word_after(output, "own"));
  const auto ours = number(word_after(output, "ours"));
  if (done.end != exec::Completion::End::exited || done.code != 0 || !own || !ours) {
    const std::string error = last_error(output);
    finding.detail =
        fmt::format("a Lennard-Jones step failed: {}", error.empty() ? "no result" : error);
    return;
  }
  finding.works = std::abs(*own - *ours) < 1e-9 * std::abs(*own);
  finding.detail = fmt::format("a Lennard-Jones step of 108 atoms in {:.1f} s, energies {} and {}",
                               done.seconds, *own, *ours);
}

}  // namespace

Finding check_lammps(const fs::path& folder) {
  Finding finding;
  finding.name = "LAMMPS";
  finding.remedy = "install liblammps-dev and openmpi-bin, and build the target mlip-lammps";
  fs::path host;
  try {
    host = lammps_host();
  } catch (const core::UserError& error) {
    finding.detail = error.what();
    finding.remedy = error.remedy();
    return finding;
  }
  fs::create_directories(folder);
  core::write_atomically(folder / "step.lammps", script_text);
  exec::Command command;
  command.argv = {host.string(), "-in", "step.lammps", "-log", "none"};
  command.folder = folder;
  command.environment = {{"OMP_NUM_THREADS", "1"}};
  command.standard_output = "output.txt";
  command.standard_error = "errors.txt";
  command.time_limit_seconds = 60;
  const exec::Completion done = exec::run(command);
  std::string output = "\n";
  for (const fs::path& file : {command.standard_output, command.standard_error})
    if (fs::exists(folder / file)) output += core::read_file(folder / file) + "\n";
  judge(done, output, finding);
  fs::remove_all(folder);
  if (finding.works) finding.remedy.clear();
  return finding;
}

}  // namespace mlip::explore
