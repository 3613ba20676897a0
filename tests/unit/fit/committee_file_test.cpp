#include "fit/committee_file.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "core/archive.hpp"
#include "core/error.hpp"
#include "core/file.hpp"
#include "synthetic.hpp"

using namespace mlip;

namespace {

struct File {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / "mlip_committee_test.committee";
  ~File() { std::filesystem::remove(path); }
};

/// A fit whose coefficients are known to ± 0.1, without fitting.
fit::Fit known(const std::vector<std::string>& elements) {
  fit::Fit fit;
  fit.potential = synthetic::truth(elements);
  const auto count = static_cast<Eigen::Index>(fit.potential.function_count());
  fit.information.mean.resize(count);
  Eigen::Index column = 0;
  for (const auto& functions : fit.potential.functions)
    for (const auto& function : functions)
      fit.information.mean[column++] = function.coefficients.front();
  fit.information.factor = Eigen::MatrixXd::Zero(count, count);
  fit.information.spread.widths = Eigen::VectorXd::Ones(count);
  fit.information.strength = 1;
  fit.information.noise = 0.1;
  return fit;
}

std::string problem(const ace::Potential& potential, const std::filesystem::path& file) {
  try {
    (void)fit::read_committee(potential, file);
  } catch (const core::UserError& failure) {
    return failure.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a committee comes back from its file, member by member") {
  const File file;
  const fit::Fit fit = known({"Al", "Ni"});
  fit::write_committee(fit, 3, 7, file.path);
  const auto read = fit::read_committee(fit.potential, file.path);
  const auto drawn = fit::committee(fit, 3, 7);
  REQUIRE(read.size() == 3);
  for (std::size_t k = 0; k < 3; ++k)
    for (std::size_t s = 0; s < 2; ++s)
      for (std::size_t f = 0; f < read[k].functions[s].size(); ++f)
        CHECK(read[k].functions[s][f].coefficients == drawn[k].functions[s][f].coefficients);
  CHECK(read[0].functions[0][0].coefficients != read[1].functions[0][0].coefficients);
}

TEST_CASE("a committee of another potential is refused") {
  const File file;
  const fit::Fit fit = known({"Al", "Ni"});
  fit::write_committee(fit, 2, 7, file.path);
  CHECK(problem(fit.potential, file.path).empty());
  ace::Potential changed = fit.potential;
  changed.functions[1].back().coefficients.front() += 1e-6;
  CHECK(problem(changed, file.path).find("another potential") != std::string::npos);
  CHECK(problem(synthetic::truth({"Al"}), file.path).find("another") != std::string::npos);
  CHECK(problem(synthetic::truth({"Al", "Cu"}), file.path).find("another") != std::string::npos);
  auto fewer = core::unpack(core::read_file(file.path), file.path);
  fewer.pop_back();
  core::write_atomically(file.path, core::pack(fewer));
  CHECK(problem(fit.potential, file.path).find("another") != std::string::npos);
}

TEST_CASE("a damaged committee is refused") {
  const File file;
  const fit::Fit fit = known({"Al"});
  fit::write_committee(fit, 2, 7, file.path);
  core::write_atomically(file.path, core::read_file(file.path).substr(0, 500));
  CHECK(problem(fit.potential, file.path).find("archive") != std::string::npos);
  fit::write_committee(fit, 0, 7, file.path);
  CHECK_FALSE(problem(fit.potential, file.path).empty());
}
