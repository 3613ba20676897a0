#include "fit/committee_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ace/npy.hpp"
#include "core/error.hpp"
#include "core/file.hpp"

namespace mlip::fit {

namespace {

void put_row(const std::vector<ace::Function>& functions, Eigen::Index row,
             Eigen::MatrixXd& matrix) {
  for (std::size_t f = 0; f < functions.size(); ++f)
    matrix(row, static_cast<Eigen::Index>(f)) = functions[f].coefficients.front();
}

/// Row 0 is `functions`, up to the digits a file of the potential may have lost.
bool is_of(const std::vector<ace::Function>& functions, const Eigen::MatrixXd& matrix) {
  if (matrix.cols() != static_cast<Eigen::Index>(functions.size()) || matrix.rows() < 2)
    return false;
  const bool one_density =
      std::ranges::all_of(functions, [](const auto& f) { return f.coefficients.size() == 1; });
  if (!one_density) return false;
  Eigen::MatrixXd own(1, matrix.cols());
  put_row(functions, 0, own);
  return (matrix.row(0) - own).norm() <= 1e-12 * own.norm();
}

[[noreturn]] void refuse(const std::filesystem::path& file) {
  throw core::UserError(core::ExitCode::bad_input,
                        fmt::format("{}: it is the committee of another potential", file.string()),
                        "use the potential and the committee of one fit");
}

}  // namespace

void write_committee(const Fit& fit, std::size_t members, std::uint64_t seed,
                     const std::filesystem::path& file) {
  const std::vector<ace::Potential> drawn = committee(fit, members, seed);
  std::vector<core::ArchiveMember> content;
  for (std::size_t s = 0; s < fit.potential.species(); ++s) {
    const auto& functions = fit.potential.functions[s];
    Eigen::MatrixXd matrix(members + 1, functions.size());
    put_row(functions, 0, matrix);
    for (std::size_t k = 0; k < members; ++k)
      put_row(drawn[k].functions[s], static_cast<Eigen::Index>(k) + 1, matrix);
    content.push_back({fit.potential.elements[s] + ".npy", ace::write_npy(matrix)});
  }
  core::write_atomically(file, core::pack(content));
}

std::vector<ace::Potential> read_committee(const ace::Potential& potential,
                                           const std::filesystem::path& file) {
  const std::string archive = core::read_file(file);
  const auto content = core::unpack(archive, file);
  if (content.size() != potential.species()) refuse(file);
  std::vector<ace::Potential> members;
  for (const core::ArchiveMember& part : content) {
    const auto element = std::ranges::find(potential.elements, ace::element_of(part, file));
    if (element == potential.elements.end()) refuse(file);
    const auto s = static_cast<std::size_t>(element - potential.elements.begin());
    const Eigen::MatrixXd matrix = ace::read_npy(part, file);
    if (!is_of(potential.functions[s], matrix)) refuse(file);
    if (members.empty()) members.assign(static_cast<std::size_t>(matrix.rows()) - 1, potential);
    if (members.size() != static_cast<std::size_t>(matrix.rows()) - 1) refuse(file);
    for (std::size_t k = 0; k < members.size(); ++k)
      for (std::size_t f = 0; f < potential.functions[s].size(); ++f)
        members[k].functions[s][f].coefficients = {
            matrix(static_cast<Eigen::Index>(k) + 1, static_cast<Eigen::Index>(f))};
  }
  return members;
}

}  // namespace mlip::fit
