#include "dft/espresso/doctor.hpp"

#include <doctest/doctest.h>

using namespace mlip::dft::espresso;

TEST_CASE("a working pw.x is found working, with its version and time") {
  const Finding finding = check_pw("pw.x");
  CHECK(finding.works);
  CHECK_FALSE(finding.version.empty());
  CHECK(finding.detail.find("H2 in") == 0);
}

TEST_CASE("what is no pw.x is found not working, with a remedy") {
  const Finding missing = check_pw("no-such-pw.x");
  CHECK_FALSE(missing.works);
  CHECK(missing.detail == "'no-such-pw.x' is not found");
  CHECK_FALSE(missing.remedy.empty());
  const Finding other = check_pw("/bin/true");
  CHECK_FALSE(other.works);
  CHECK_FALSE(other.remedy.empty());
}
