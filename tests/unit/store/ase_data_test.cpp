#include "store/ase_data.hpp"

#include <doctest/doctest.h>

#include "store/ase_columns.hpp"

using namespace mlip;
using namespace mlip::store;

TEST_CASE("texts that Python takes for numbers are not plain") {
  for (const char* text : {"1", "-7", "+3.5", "1e77", "12345678", ".5", "5.", "1_000", " 4 ", "nan",
                           "-Inf", "Infinity", "1_0.2_5e1_0", "True", "false"}) {
    CAPTURE(text);
    CHECK_FALSE(is_plain_text(text));
  }
  for (const char* text :
       {"", "md", "1e", "0x1f", "e5", "1__0", "_1", "1_", ".", "-", "12ab", "1.2.3", "infinite"}) {
    CAPTURE(text);
    CHECK(is_plain_text(text));
  }
}

TEST_CASE("data keeps the arrays of others at their offsets") {
  RowData data;
  data.arrays = std::string(16, 'a');
  data.object["x"] = 1;
  const std::string bytes = data.encode();
  CHECK(bytes.substr(0, 8) == std::string("\x18\0\0\0\0\0\0\0", 8));
  CHECK(bytes.substr(24) == "{\"x\":1}");
  const RowData again = RowData::decode(bytes, false);
  CHECK(again.arrays == data.arrays);
  CHECK(again.object == data.object);
  CHECK(RowData::decode("", false).object.empty());
  CHECK(RowData::decode("null", true).object.empty());
}

TEST_CASE("a stress of nine numbers is taken as it stands, six in Voigt order") {
  const core::Mat3 stress{{1, 6, 5}, {6, 2, 4}, {5, 4, 3}};
  CHECK(unpack_stress(pack(stress)) == stress);
  CHECK(unpack_stress(pack_voigt(stress)) == stress);
  CHECK(unpack_numbers(pack_voigt(stress)) == std::vector<double>{1, 2, 3, 4, 5, 6});
}
