#include "fit/references.hpp"

#include <doctest/doctest.h>

#include "core/error.hpp"

using namespace mlip;

namespace {

fit::Item item(std::vector<int> numbers, std::optional<double> energy, double edge = 20) {
  fit::Item one;
  one.structure.cell.vectors = edge * core::Mat3::Identity();
  one.structure.cell.periodic = {true, true, true};
  for (std::size_t k = 0; k < numbers.size(); ++k)
    one.structure.positions.push_back(core::Vec3(2.0 * double(k), 0, 0));
  one.structure.numbers = std::move(numbers);
  one.labels.energy = energy;
  return one;
}

}  // namespace

TEST_CASE("references are given, isolated atoms of the data, or least squares, in this order") {
  const std::vector<fit::Item> items = {item({29}, -1.0),
                                        item({29}, -1.5),
                                        item({29}, -3.7, 2.5),  // a crystal, no lone atom
                                        item({13, 29, 79}, -1.5 - 2.0 - 7.0),
                                        item({13, 13, 79}, -2.0 - 2.0 - 7.0),
                                        item({13}, std::nullopt)};
  const auto elements = fit::elements_of(items);
  REQUIRE(elements == std::vector<std::string>{"Al", "Au", "Cu"});
  const auto found = fit::find_references(elements, items, {{"Au", -7.0}});
  CHECK(found[1].source == fit::ReferenceSource::given);
  CHECK(found[2].source == fit::ReferenceSource::isolated_atom);
  CHECK(found[2].energy == -1.5);  // the lowest is the ground state
  CHECK(found[0].source == fit::ReferenceSource::least_squares);
  // The crystal's energy is no part of it: only copper, whose reference is known.
  CHECK(found[0].energy == doctest::Approx(-2.0).epsilon(1e-12));
  CHECK(fit::energies_of(found) ==
        std::vector<double>{found[0].energy, found[1].energy, found[2].energy});
}

TEST_CASE("compositions that do not tell the elements apart share the energy evenly") {
  const std::vector<fit::Item> items = {item({13, 28}, -10.0), item({13, 28, 13, 28}, -20.0)};
  const auto found = fit::find_references({"Al", "Ni"}, items, {});
  CHECK(found[0].energy == doctest::Approx(-5));
  CHECK(found[1].energy == doctest::Approx(-5));
  // Many molecules of one formula: rounding must not pass for a difference.
  std::vector<fit::Item> molecules;
  for (int k = 0; k < 800; ++k)
    molecules.push_back(item({6, 6, 8, 1, 1, 1, 1, 1, 1}, -44.5 + 1e-3 * (k % 17)));
  const auto shares = fit::find_references({"C", "H", "O"}, molecules, {});
  CHECK(2 * shares[0].energy + 6 * shares[1].energy + shares[2].energy ==
        doctest::Approx(-44.492).epsilon(1e-4));
  CHECK(shares[0].energy == doctest::Approx(2 * shares[2].energy));
  CHECK(shares[1].energy == doctest::Approx(6 * shares[2].energy));
  const std::vector<fit::Item> none = {item({13}, std::nullopt)};
  CHECK(fit::find_references({"Al"}, none, {})[0].energy == 0);
}

TEST_CASE("an energy given for an element the data lack is an error") {
  const std::vector<fit::Item> items = {item({13}, -2.0)};
  CHECK_THROWS_WITH_AS((void)fit::find_references({"Al"}, items, {{"Fe", 0.0}}),
                       "an isolated-atom energy is given for 'Fe', which no structure has",
                       core::UserError);
  CHECK(fit::to_string(fit::ReferenceSource::isolated_atom) == "isolated atom in the data");
  CHECK(fit::to_string(fit::ReferenceSource::given) == "given");
  CHECK(fit::to_string(fit::ReferenceSource::least_squares) == "least squares over the data");
}

TEST_CASE("small energies may be counted from isolated atoms, known references stay") {
  using fit::ReferenceSource;
  const std::vector<fit::Reference> found = {{-3.5, ReferenceSource::least_squares},
                                             {-1.0, ReferenceSource::given}};
  const auto other = fit::counted_from_atoms(found);
  REQUIRE(other);
  CHECK((*other)[0].energy == 0);
  CHECK((*other)[0].source == ReferenceSource::zero);
  CHECK((*other)[1].energy == -1.0);
  CHECK(!fit::counted_from_atoms({{-1.0, ReferenceSource::given}}));
  CHECK(!fit::counted_from_atoms({{-570, ReferenceSource::least_squares}}));
}
