#include "config/quantity.hpp"

#include <doctest/doctest.h>

#include "core/units.hpp"

using namespace mlip;
using config::parse_quantity;

namespace {
double value(const std::string& text, const std::string& unit) {
  const auto result = parse_quantity(text, unit);
  REQUIRE_MESSAGE(bool(result), text);
  return result.value();
}
std::string reason(const std::string& text, const std::string& unit) {
  const auto result = parse_quantity(text, unit);
  REQUIRE_MESSAGE(!result, text);
  return result.reason();
}
}  // namespace

TEST_CASE("plain numbers and the field's own unit are taken bit by bit") {
  CHECK(value("0.1", "K") == 0.1);
  CHECK(value("0.1 K", "K") == 0.1);
  CHECK(value("+3", "") == 3);
  CHECK(value("-2.5e3", "eV") == -2500);
  CHECK(value("5eV", "eV") == 5);
}

TEST_CASE("units of one dimension convert") {
  CHECK(value("2 h", "s") == 7200);
  CHECK(value("10min", "s") == 600);
  CHECK(value("1 d", "h") == doctest::Approx(24));
  CHECK(value("5 A", "Å") == 5);
  CHECK(value("5 Å", "Å") == 5);
  CHECK(value("1 nm", "Å") == doctest::Approx(10));
  CHECK(value("1 bohr", "Å") == core::angstrom_per_bohr);
  CHECK(value("300 meV", "eV") == doctest::Approx(0.3));
  CHECK(value("1 Ha", "Ry") == doctest::Approx(2));
  CHECK(value("13.605693122994 eV", "Ry") == doctest::Approx(1));
  CHECK(value("1 eV/Å^3", "GPa") == doctest::Approx(core::gpa_per_ev_per_a3));
  CHECK(value("1 eV/Å³", "GPa") == doctest::Approx(core::gpa_per_ev_per_a3));
  CHECK(value("10 kbar", "GPa") == doctest::Approx(1));
  CHECK(value("96.48533212 kJ/mol", "eV") == doctest::Approx(1));
  CHECK(value("23.0605478 kcal/mol", "eV") == doctest::Approx(1));
  CHECK(value("2 1/nm", "1/Å") == doctest::Approx(0.2));
  CHECK(value("50 meV/A", "eV/Å") == doctest::Approx(0.05));
  CHECK(value("5 meV/atom", "meV") == doctest::Approx(5));
  CHECK(value("0.1 nm²", "Å^2") == doctest::Approx(10));
  CHECK(value("2 ps", "fs") == doctest::Approx(2000));
  CHECK(value("2 μ_B", "μB") == doctest::Approx(2));
}

TEST_CASE("another dimension is refused by its name") {
  CHECK(reason("1200 GPa", "K") == "'1200 GPa' is no temperature; expected K");
  CHECK(reason("3 K", "Å") == "'3 K' is no length; expected Å");
  CHECK(reason("3 K", "eV") == "'3 K' is no energy; expected eV");
  CHECK(reason("3 K", "fs") == "'3 K' is no time; expected fs");
  CHECK(reason("3 eV", "GPa") == "'3 eV' is no pressure; expected GPa");
  CHECK(reason("3 eV", "u") == "'3 eV' is no mass; expected u");
  CHECK(reason("3 eV", "μB") == "'3 eV' is no magnetic moment; expected μB");
  CHECK(reason("3 eV", "1/Å") == "'3 eV' is no quantity of this kind; expected 1/Å");
}

TEST_CASE("what is no quantity is refused") {
  CHECK(reason("", "K") == "expected a number in K, got ''");
  CHECK(reason("hot", "K") == "expected a number in K, got 'hot'");
  CHECK(reason("+-3", "K") == "expected a number in K, got '+-3'");
  CHECK(reason("nan", "K") == "expected a number in K, got 'nan'");
  CHECK(reason("inf K", "K") == "expected a number in K, got 'inf K'");
  CHECK(reason("3 Kelvin", "K") == "unknown unit 'Kelvin' in '3 Kelvin'; expected K");
  CHECK(reason("3 eV/", "eV") == "unknown unit 'eV/' in '3 eV/'; expected eV");
  CHECK(reason("3 K", "") == "expected a number without a unit, got '3 K'");
  CHECK(reason("1e308 d", "fs") == "'1e308 d' is too large");
}

TEST_CASE("numbers stand alone") {
  CHECK(config::parse_number("1e-8").value() == 1e-8);
  CHECK_FALSE(bool(config::parse_number("1 ")));
  CHECK_FALSE(bool(config::parse_number("0x10")));
}

TEST_CASE("units are known or not") {
  CHECK(config::known_unit("1/Å"));
  CHECK_FALSE(config::known_unit("furlong"));
}
