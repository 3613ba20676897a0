#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "core/units.hpp"
#include "fit/errors.hpp"

using namespace mlip;
using core::Mat3;
using core::Vec3;

namespace {

/// Energy −1 eV an atom, forces (1, 2, 3) eV/Å, stress 0.1 eV/Å³ on the diagonal.
class Constant final : public potential::Calculator {
 public:
  double cutoff() const override { return 1; }
  potential::Evaluation evaluate(const core::Structure& structure,
                                 const potential::Request&) const override {
    if (structure.numbers.front() == 99)
      throw core::UserError(core::ExitCode::bad_input, "element 'Es' is not known");
    potential::Evaluation result;
    result.energy = -static_cast<double>(structure.size());
    result.forces.assign(structure.size(), Vec3(1, 2, 3));
    result.virial = -0.1 * structure.cell.volume() * Mat3::Identity();
    return result;
  }
};

fit::Item labelled(double energy_error, const Vec3& force_error, double stress_error) {
  fit::Item item;
  item.structure.numbers = {13, 13};
  item.structure.positions = {Vec3::Zero(), Vec3(2, 0, 0)};
  item.structure.cell.vectors = 4 * Mat3::Identity();
  item.structure.cell.periodic = {true, true, true};
  item.labels.energy = -2 + 2 * energy_error;
  item.labels.forces.assign(2, Vec3(1, 2, 3) + force_error);
  item.labels.stress = (0.1 + stress_error) * Mat3::Identity();
  return item;
}

}  // namespace

TEST_CASE("errors are root mean squares and means over what is labelled") {
  const std::vector<fit::Item> items = {labelled(0.001, {0.03, 0, 0}, 0.01),
                                        labelled(-0.003, {0, 0, 0}, 0)};
  const fit::Metrics metrics = fit::measure(Constant(), items);
  CHECK(metrics.energy_rmse_mev_per_atom == doctest::Approx(std::sqrt(5.0)));
  CHECK(metrics.energy_mae_mev_per_atom == doctest::Approx(2));
  CHECK(metrics.force_rmse_mev_per_a == doctest::Approx(30 * std::sqrt(2.0 / 12)));
  CHECK(metrics.force_mae_mev_per_a == doctest::Approx(5));
  CHECK(metrics.stress_rmse_gpa ==
        doctest::Approx(0.01 * core::gpa_per_ev_per_a3 * std::sqrt(3.0 / 12)));
  CHECK(metrics.structures == 2);
  CHECK(metrics.force_components == 12);
  CHECK(metrics.stresses == 2);
}

TEST_CASE("masked atoms and labels that are not fitted do not count") {
  fit::Item item = labelled(1, {0.1, 0, 0}, 1);
  item.fit_energy = item.fit_stress = false;
  item.force_mask = {1, 0};
  item.labels.forces[1].setConstant(std::numeric_limits<double>::quiet_NaN());
  const fit::Metrics metrics = fit::measure(Constant(), std::vector{item});
  CHECK(metrics.energy_rmse_mev_per_atom == 0);
  CHECK(metrics.force_components == 3);
  CHECK(metrics.force_rmse_mev_per_a == doctest::Approx(100 / std::sqrt(3.0)));
  CHECK(metrics.stresses == 0);
}

TEST_CASE("no structures give no errors; a model's refusal comes out") {
  CHECK(fit::measure(Constant(), {}).force_components == 0);
  std::vector<fit::Item> items(20, labelled(0, Vec3::Zero(), 0));
  items[7].structure.numbers[0] = 99;
  CHECK_THROWS_WITH_AS((void)fit::measure(Constant(), items), "element 'Es' is not known",
                       core::UserError);
}

TEST_CASE("errors by type are those of the items of each type") {
  const std::vector<fit::Item> items = {labelled(0.001, Vec3::Zero(), 0),
                                        labelled(0.003, Vec3::Zero(), 0),
                                        labelled(0.005, Vec3(0.1, 0, 0), 0)};
  const auto found = fit::predict(Constant(), items);
  const std::vector<std::string> types = {"bulk", "bulk", "surface"};
  const auto errors = fit::errors_by_type(items, found, types);
  REQUIRE(errors.size() == 2);
  CHECK(errors.at("bulk").structures == 2);
  CHECK(errors.at("bulk").energy_mae_mev_per_atom == doctest::Approx(2));
  CHECK(errors.at("surface").energy_rmse_mev_per_atom == doctest::Approx(5));
  CHECK(errors.at("surface").force_mae_mev_per_a == doctest::Approx(100.0 / 3));
}
