#include <fmt/format.h>

#include "ace/files.hpp"
#include "ace/npy.hpp"
#include "core/error.hpp"
#include "core/file.hpp"

namespace mlip::ace {

namespace {

[[noreturn]] void refuse(const std::string& why) {
  throw core::UserError(core::ExitCode::bad_input, why,
                        "write the active set again as square matrices of doubles");
}

}  // namespace

ActiveSetInverse read_asi(const std::filesystem::path& file) {
  const std::string archive = core::read_file(file);
  ActiveSetInverse set;
  for (const core::ArchiveMember& member : core::unpack(archive, file)) {
    Eigen::MatrixXd matrix = read_npy(member, file);
    if (matrix.rows() != matrix.cols() || matrix.rows() == 0)
      refuse(fmt::format("{}: member '{}': it is no square matrix", file.string(), member.name));
    if (!set.emplace(element_of(member, file), std::move(matrix)).second)
      refuse(fmt::format("{}: member '{}' is there twice", file.string(), member.name));
  }
  if (set.empty()) refuse(fmt::format("{}: there is no matrix in the active set", file.string()));
  return set;
}

void write_asi(const ActiveSetInverse& set, const std::filesystem::path& file) {
  std::vector<core::ArchiveMember> members;
  for (const auto& [element, matrix] : set)
    members.push_back({element + ".npy", write_npy(matrix)});
  core::write_atomically(file, core::pack(members));
}

}  // namespace mlip::ace
