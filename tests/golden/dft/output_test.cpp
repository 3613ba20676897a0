#include "dft/espresso/output.hpp"

#include <doctest/doctest.h>

#include "core/units.hpp"
#include "real_run.hpp"

using namespace real_run;

namespace {
constexpr double rydberg_per_bohr = core::ev_per_rydberg / core::angstrom_per_bohr;
}

TEST_CASE("the XML of a good run gives energy, forces, stress and geometry") {
  const auto xml = parse_xml(read("00_ok", "x.xml"));
  REQUIRE(xml);
  CHECK(xml->converged);
  CHECK(xml->scf_steps == 6);
  CHECK(xml->scf_error_ry == doctest::Approx(6.5657e-9).epsilon(1e-4));
  CHECK(*xml->energy == doctest::Approx(-16.58862899 * core::ev_per_rydberg).epsilon(1e-10));
  REQUIRE(xml->forces.size() == 4);
  CHECK(xml->forces[1].x() == doctest::Approx(0.01480844 * rydberg_per_bohr).epsilon(1e-6));
  REQUIRE(xml->stress);
  // Printed as P = -63.97 kbar: stretched, so positive here.
  CHECK(xml->stress->trace() / 3 * core::gpa_per_ev_per_a3 == doctest::Approx(6.397).epsilon(1e-3));
  CHECK(xml->processes == 1);
  CHECK(xml->version == "6.7MaX");
  CHECK(xml->smearing);
  CHECK(xml->largest_last_occupation < 0.005);
  CHECK_FALSE(xml->total_magnetization);
  const auto structure = asked("00_ok");
  CHECK(xml->structure.numbers == structure.numbers);
  CHECK((xml->structure.cell.vectors - structure.cell.vectors).norm() < 1e-9);
  for (std::size_t i = 0; i < 4; ++i)
    CHECK((xml->structure.positions[i] - structure.positions[i]).norm() < 1e-9);
}

TEST_CASE("text and XML say the same") {
  for (const char* run : {"00_ok", "20_Ni2_uspp_2.0A", "15b_left_handed", "11b_np8_oversub"}) {
    CAPTURE(run);
    const auto xml = parse_xml(read(run, "x.xml"));
    const auto text = parse_text(read(run, "pw.out"));
    REQUIRE(xml);
    CHECK(text.job_done);
    CHECK(text.converged);
    CHECK(text.scf_steps == xml->scf_steps);
    CHECK(text.processes == xml->processes);
    CHECK(text.version == xml->version);
    CHECK(std::abs(*text.energy - *xml->energy) < 2e-8 * core::ev_per_rydberg);
    REQUIRE(text.forces.size() == xml->forces.size());
    for (std::size_t i = 0; i < text.forces.size(); ++i)
      CHECK((text.forces[i] - xml->forces[i]).norm() < 2e-8 * rydberg_per_bohr);
    REQUIRE(text.stress);
    CHECK((*text.stress - *xml->stress).norm() < 1e-6);
  }
}

TEST_CASE("magnetization: totals and sites") {
  const auto xml = parse_xml(read("20_Ni2_uspp_2.0A", "x.xml"));
  const auto text = parse_text(read("20_Ni2_uspp_2.0A", "pw.out"));
  CHECK(*xml->total_magnetization == doctest::Approx(2.0).epsilon(0.01));
  CHECK(*text.total_magnetization == doctest::Approx(2.0));
  CHECK(*text.absolute_magnetization == doctest::Approx(2.3));
  REQUIRE(text.magnetic_moments.size() == 2);
  CHECK(text.magnetic_moments[1] == doctest::Approx(0.9730));
}

TEST_CASE("pseudopotentials as pw.x read them") {
  const auto text = parse_text(read("00_ok", "pw.out"));
  REQUIRE(text.pseudopotentials.size() == 1);
  CHECK(text.pseudopotentials[0].element == "Al");
  CHECK(text.pseudopotentials[0].file == "./pp/Al.UPF");
  CHECK(text.pseudopotentials[0].checksum == "69dcd8cd7cc1bedf536afd524f174f6a");
}

TEST_CASE("the course of the SCF") {
  const auto text = parse_text(read("00_ok", "pw.out"));
  REQUIRE(text.accuracies_ry.size() == 6);
  CHECK(text.accuracies_ry.front() == doctest::Approx(0.03283127));
  CHECK(text.accuracies_ry.back() == doctest::Approx(6.6e-9));
  CHECK(*convergence_slope(text.accuracies_ry) < -2);
  const auto wandering = parse_text(read("07_nbnd_too_few_smear", "pw.out"));
  CHECK(*convergence_slope(wandering.accuracies_ry) > -0.2);
  CHECK_FALSE(convergence_slope({1e-3, 1e-4}));
}

TEST_CASE("a run without convergence has an energy but no forces") {
  const auto xml = parse_xml(read("01_maxstep2", "x.xml"));
  REQUIRE(xml);
  CHECK_FALSE(xml->converged);
  CHECK(xml->energy);
  CHECK(xml->forces.empty());
  CHECK_FALSE(xml->stress);
}

TEST_CASE("an XML file that is cut anywhere is none") {
  const std::string whole = read("00_ok", "x.xml");
  for (std::size_t length = 0; length + 40 < whole.size(); length += 997)
    CHECK_FALSE(parse_xml(whole.substr(0, length)));
  CHECK_FALSE(parse_xml(""));
  CHECK_FALSE(parse_xml("<html><body>404</body></html>"));
}

TEST_CASE("stars and NaN in the XML leave the quantity absent, never a number") {
  const std::string whole = read("00_ok", "x.xml");
  const auto with = [&](const std::string& number, const std::string& instead) {
    std::string text = whole;
    text.replace(text.find(number), number.size(), instead);
    return parse_xml(text);
  };
  for (const char* bad : {"NaN", "*****************", "Infinity", "1e999", "abc"}) {
    CAPTURE(bad);
    CHECK_FALSE(with("-8.294314495007375e0", bad)->energy);
    CHECK(with("-1.498961791468700e-3", bad)->forces.empty());
    CHECK_FALSE(with("-2.214289056233186e-4", bad)->stress);
    CHECK_FALSE(with("5.224475807985568e-2 1.242106616190780e-1", bad)->structure.numbers.empty());
  }
  CHECK(with("3.282866347324525e-9", "NaN")->scf_error_ry > 1e300);
}

TEST_CASE("stars and NaN in the text leave the quantity absent, never a number") {
  const std::string whole = read("00_ok", "pw.out");
  const auto with = [&](const std::string& number, const std::string& instead) {
    std::string text = whole;
    text.replace(text.find(number), number.size(), instead);
    return parse_text(text);
  };
  CHECK_FALSE(with("-16.58862899 Ry", "************ Ry").energy);
  CHECK_FALSE(with("-16.58862899 Ry", "NaN Ry").energy);
  CHECK(with("0.01480844   -0.00093731", "***********   -0.00093731").forces.size() == 3);
  CHECK_FALSE(with("-0.00044286", "***********").stress);
}
