#include "io/extended_xyz.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>
#include <sstream>

#include "core/error.hpp"
#include "core/seed.hpp"

using namespace mlip;
using io::Frame;
using io::Value;

namespace {

std::vector<Frame> read(const std::string& text) {
  std::istringstream in(text);
  return io::read_extended_xyz(in, "file.xyz");
}

std::string write(const Frame& frame) {
  std::ostringstream out;
  io::write_extended_xyz(out, frame);
  return out.str();
}

std::string complaint(const std::string& text) {
  try {
    (void)read(text);
  } catch (const core::UserError& error) {
    CHECK(error.code() == core::ExitCode::bad_input);
    return error.what();
  }
  return "no complaint";
}

/// A one-atom frame whose comment line is `line`.
Frame with_comment(const std::string& line) {
  return read("1\n" + line + "\nFe 0 0 0\n").at(0);
}

double random_bits(std::mt19937_64& engine) {
  for (;;) {
    const std::uint64_t bits = engine();
    double value;
    std::memcpy(&value, &bits, sizeof value);
    if (std::isfinite(value)) return value;
  }
}

core::Vec3 random_vector(std::mt19937_64& engine) {
  return {random_bits(engine), random_bits(engine), random_bits(engine)};
}

Frame full_frame() {
  auto engine = core::random_engine(3, "extended xyz test");
  Frame frame;
  core::Structure& s = frame.structure;
  s.cell.vectors << 0.1, 4.05, 1e-17, 1.0 / 3, 0, 5, -7.25, 0.3, 0;
  s.cell.periodic = {true, false, true};
  s.numbers = {26, 28, 103};
  frame.labels.energy = -1.0 / 7;
  frame.labels.stress = core::Mat3::Random();
  frame.labels.total_magnetization = 2.0 / 3;
  for (int i = 0; i < 3; ++i) {
    s.positions.push_back(random_vector(engine));
    frame.labels.forces.push_back(random_vector(engine));
    frame.labels.magnetic_moments.push_back(random_bits(engine));
  }
  frame.columns["mask"] = {'L', 1, {1, 0, 1}, {}};
  frame.columns["id"] = {'I', 2, {1, -2, 3, 4, 5, 9007199254740991.0}, {}};
  frame.columns["label"] = {'S', 1, {}, {"Fe1", "\"q", "x=y"}};
  frame.columns["velocities"] = {'R', 3, {0.1, 0.2, 5e-324, 1, 2, 3, -0.0, 1e300, 7}, {}};
  return frame;
}

void check_equal(const Frame& a, const Frame& b) {
  CHECK(a.structure.cell == b.structure.cell);
  CHECK(a.structure.numbers == b.structure.numbers);
  CHECK(a.structure.positions == b.structure.positions);
  CHECK(a.labels.energy == b.labels.energy);
  CHECK(a.labels.forces == b.labels.forces);
  CHECK(a.labels.stress == b.labels.stress);
  CHECK(a.labels.magnetic_moments == b.labels.magnetic_moments);
  CHECK(a.labels.total_magnetization == b.labels.total_magnetization);
  CHECK(a.info == b.info);
  REQUIRE(a.columns.size() == b.columns.size());
  for (const auto& [name, column] : a.columns) {
    CAPTURE(name);
    REQUIRE(b.columns.contains(name));
    CHECK(column.type == b.columns.at(name).type);
    CHECK(column.width == b.columns.at(name).width);
    CHECK(column.numbers == b.columns.at(name).numbers);
    CHECK(column.words == b.columns.at(name).words);
  }
}

}  // namespace

TEST_CASE("a frame comes back bit for bit") {
  const Frame frame = full_frame();
  const auto back = read(write(frame) + write(frame));
  REQUIRE(back.size() == 2);
  check_equal(back[1], frame);
  CHECK(std::signbit(back[0].columns.at("velocities").numbers[6]));
}

TEST_CASE("every kind of value comes back as itself") {
  const std::vector<Value> values = {true,
                                     false,
                                     5L,
                                     std::numeric_limits<long>::min(),
                                     5.0,
                                     -0.1,
                                     1e22,
                                     1e-300,
                                     std::numeric_limits<double>::infinity(),
                                     std::string("word"),
                                     std::string("two words"),
                                     std::string(""),
                                     std::string(" "),
                                     std::string("5"),
                                     std::string("1_000"),
                                     std::string("T"),
                                     std::string("T F"),
                                     std::string("1 2 3"),
                                     std::string("nan"),
                                     std::string("say \"hi\""),
                                     std::string("it's [a] {b} = c\\d,e"),
                                     std::string("line\nbreak\rtab\t"),
                                     std::string("_JSON [[1, 2], [3, 4]]"),
                                     std::string("_JSON {\"a\": null}"),
                                     std::vector<double>{},
                                     std::vector<double>{1},
                                     std::vector<double>{1, 2},
                                     std::vector<double>{0.1, 1e-5, 3},
                                     std::vector<long>{1},
                                     std::vector<long>{1, 2, 3},
                                     std::vector<std::string>{"one"},
                                     std::vector<std::string>{"a b", "\"c\"", "", "5"}};
  Frame frame;
  frame.structure.numbers = {1};
  frame.structure.positions = {{0, 0, 0}};
  for (std::size_t i = 0; i < values.size(); ++i) frame.info["key" + std::to_string(i)] = values[i];
  frame.info["odd key = \"x\""] = 1L;
  const Frame back = read(write(frame)).at(0);
  for (const auto& [key, value] : frame.info) {
    CAPTURE(key);
    REQUIRE(back.info.contains(key));
    CHECK(back.info.at(key).index() == value.index());
    CHECK((back.info.at(key) == value));
  }
  CHECK(back.info.size() == frame.info.size());
}

TEST_CASE("values are typed as ASE types them") {
  const auto value = [](const std::string& text) { return with_comment("x=" + text).info.at("x"); };
  CHECK((value("5") == Value(5L)));
  CHECK((value("\"5\"") == Value(5L)));
  CHECK((value("5.") == Value(5.0)));
  CHECK((value("+1e3") == Value(1000.0)));
  CHECK((value("99999999999999999999") == Value(1e20)));
  CHECK((value("T") == Value(true)));
  CHECK((value("[1 2 3]") == Value(std::vector<long>{1, 2, 3})));
  CHECK((value("{1, 2.5}") == Value(std::vector<double>{1, 2.5})));
  CHECK((value("'a b'") == Value(std::string("a b"))));
  CHECK((value("\"a \\\"b\\\"\"") == Value(std::string("a \"b\""))));
  CHECK((value("[[1,2],[3,4]]") == Value(std::string("_JSON [[1,2],[3,4]]"))));
  CHECK((value("[\"a]\", \"b\"]") == Value(std::vector<std::string>{"a]", "b"})));
  CHECK((value("\"T F\"") == Value(std::string("_JSON [true,false]"))));
  CHECK((value("\"_JSON [1, 2.5]\"") == Value(std::vector<double>{1, 2.5})));
  CHECK((value("\"_JSON [18446744073709551615, 1]\"") ==
         Value(std::vector<double>{18446744073709551615.0, 1})));
  CHECK((value("\"_JSON broken\"") == Value(std::string("_JSON broken"))));
  CHECK((value("a\\ b") == Value(std::string("a b"))));
  CHECK((with_comment("flag y = 3").info.at("flag") == Value(true)));
  CHECK((with_comment("flag y = 3").info.at("y") == Value(3L)));
}

TEST_CASE("plain XYZ keeps its comment") {
  const auto frames = read("2\nmade by hand, it's fine\nC 0 0 0\n  O\t1.1 0 0\n\n\n");
  REQUIRE(frames.size() == 1);
  CHECK((frames[0].info.at("comment") == Value(std::string("made by hand, it's fine"))));
  CHECK(frames[0].structure.numbers == std::vector<int>{6, 8});
  CHECK_FALSE(frames[0].structure.cell.any_periodic());
  CHECK(read("0\n\n").at(0).structure.size() == 0);
  CHECK(read("").empty());
}

TEST_CASE("line ends of Windows, no last line end, columns in any order") {
  const Frame f = read(
                      "1\r\nLattice=\"2 0 0 0 3 0 0 0 4\" Properties=forces:R:3:pos:R:3:Z:I:1\r\n"
                      "1 2 3 4 5 6 29")
                      .at(0);
  CHECK(f.structure.numbers == std::vector<int>{29});
  CHECK(f.structure.positions[0] == core::Vec3(4, 5, 6));
  CHECK(f.labels.forces[0] == core::Vec3(1, 2, 3));
  CHECK(f.structure.cell.all_periodic());
  CHECK(f.structure.cell.volume() == doctest::Approx(24));
  CHECK(f.columns.empty());
}

TEST_CASE("periodic axes in every spelling") {
  const auto axes = [](const std::string& text) {
    return with_comment("Lattice=\"2 0 0 0 3 0 0 0 4\" pbc=" + text).structure.cell.periodic;
  };
  const std::array<bool, 3> expected = {true, false, true};
  CHECK(axes("\"T F T\"") == expected);
  CHECK(axes("[True, False, true]") == expected);
  CHECK(axes("\"1 0 1\"") == expected);
  CHECK(axes("T") == std::array<bool, 3>{true, true, true});
  CHECK(axes("F") == std::array<bool, 3>{false, false, false});
}

TEST_CASE("stress as nine, as six, as virial") {
  const std::string cell = "Lattice=\"2 0 0 0 2 0 0 0 2\" ";
  core::Mat3 expected;
  expected << 1, 6, 5, 6, 2, 4, 5, 4, 3;
  CHECK(with_comment(cell + "stress=\"1 2 3 4 5 6\"").labels.stress == expected);
  CHECK(with_comment(cell + "stress=\"1 6 5 6 2 4 5 4 3\"").labels.stress == expected);
  const auto virial = with_comment(cell + "virial=\"-8 -48 -40 -48 -16 -32 -40 -32 -24\"");
  CHECK(virial.labels.stress == expected);
  CHECK(virial.info.empty());
  // Not symmetric: the nine stand column after column.
  core::Mat3 skew;
  skew << 1, 4, 7, 2, 5, 8, 3, 6, 9;
  CHECK(with_comment(cell + "stress=\"1 2 3 4 5 6 7 8 9\"").labels.stress == skew);
  CHECK(with_comment("virial=\"1 2 3 4 5 6\"").info.contains("virial"));
  const auto both = with_comment(cell + "stress=\"1 2 3 4 5 6\" virial=\"1 2 3 4 5 6\"");
  CHECK(both.labels.stress == expected);
  CHECK(both.info.contains("virial"));
}

TEST_CASE("the free energy counts where both energies are given") {
  CHECK(with_comment("energy=-3").labels.energy == -3);
  CHECK(with_comment("free_energy=-3").labels.energy == -3);
  CHECK(with_comment("free_energy=-3 energy=-3").info.empty());
  const Frame two = with_comment("energy=-3 free_energy=-3.5");
  CHECK(two.labels.energy == -3.5);
  CHECK((two.info.at("energy") == Value(-3.0)));
  check_equal(read(write(two)).at(0), two);
}

TEST_CASE("errors name file, line, what is wrong and what is near") {
  CHECK(complaint("x\n") == "file.xyz:1: expected the number of atoms, found 'x'");
  CHECK(complaint("-1\n\n").find("number of atoms") != std::string::npos);
  CHECK(complaint("1") == "file.xyz:1: the file ends before the comment line of this frame");
  CHECK(complaint("3\n\nFe 0 0 0\n") == "file.xyz:3: the file ends after 1 of 3 atoms");
  CHECK(complaint("99999999999\n\n").find("0 of 99999999999") != std::string::npos);
  CHECK(complaint("1\n\nFe 0 0\n") == "file.xyz:3: expected 4 columns, found 3");
  CHECK(complaint("1\n\nQq 0 0 0\n") == "file.xyz:3: unknown element 'Qq'");
  CHECK(complaint("1\n\nFe 0 zero 0\n") ==
        "file.xyz:3: column 'pos' must hold numbers, found 'zero'");
  CHECK(complaint("1\n\nFe 0 nan 0\n") == "file.xyz:3: positions must be finite");
  CHECK(complaint("1\na=\"b\nFe 0 0 0\n") == "file.xyz:2: quote \" is never closed");
  CHECK(complaint("1\na=[b\nFe 0 0 0\n") == "file.xyz:2: bracket '[' is never closed");
  CHECK(complaint("1\n=3\nFe 0 0 0\n") == "file.xyz:2: '=' without a key before it");
  CHECK(complaint("1\nenergy=low\nFe 0 0 0\n") == "file.xyz:2: key 'energy' must hold numbers");
  CHECK(complaint("1\nenergy=\"1 2\"\nFe 0 0 0\n") ==
        "file.xyz:2: key 'energy' must hold one number");
}

TEST_CASE("cells, stress and columns that make no sense are refused") {
  const auto line = [](const std::string& text) {
    return complaint("1\n" + text + "\nFe 0 0 0\n");
  };
  CHECK(line("Lattice=\"1 2 3\"").find("9 numbers, found 3") != std::string::npos);
  CHECK(line("Lattice=\"1 0 0 0 1 0 0 0 inf\"").find("finite") != std::string::npos);
  CHECK(line("Lattice=\"1 0 0 2 0 0 0 0 1\"").find("do not span a cell") != std::string::npos);
  CHECK(line("pbc=\"T T T\"").find("do not span a cell") != std::string::npos);
  CHECK(line("pbc=\"T T F\"").find("do not span a cell") != std::string::npos);
  CHECK(line("pbc=\"T T\"").find("three of T and F") != std::string::npos);
  CHECK(line("pbc=\"T T x\"").find("three of T and F") != std::string::npos);
  CHECK(line("stress=\"1 2\"").find("9 or 6 numbers, found 2") != std::string::npos);
  CHECK(line("Lattice=\"1 0 0 0 1 0 0 0 1\" virial=\"1 2\"").find("9 or 6") != std::string::npos);
  CHECK(line("Properties=5").find("triplets") != std::string::npos);
  CHECK(line("Properties=species:S").find("triplets") != std::string::npos);
  CHECK(line("Properties=species:S:1").find("no positions") != std::string::npos);
  CHECK(line("Properties=pos:R:3").find("no species") != std::string::npos);
  CHECK(line("Properties=species:S:1:pos:R:2").find("3 columns") != std::string::npos);
  CHECK(line("Properties=species:S:1:pos:Q:3").find("type 'Q'") != std::string::npos);
  CHECK(line("Properties=species:S:1:pos:R:-3").find("'-3' columns") != std::string::npos);
  CHECK(line("Properties=species:S:1:pos:R:3:pos:R:3").find("twice") != std::string::npos);
  for (const char* name : {"a b", "a\tb", "a\rb"})
    CHECK(line(fmt::format("Properties=\"species:S:1:pos:R:3:{}:R:1\"", name))
              .find("blank in its name") != std::string::npos);
  const std::string properties = "1\nProperties=species:S:1:pos:R:3:a:";
  CHECK(complaint(properties + "L:1\nFe 0 0 0 2\n").find("T or F") != std::string::npos);
  CHECK(complaint(properties + "I:1\nFe 0 0 0 2.5\n").find("integers") != std::string::npos);
  CHECK(complaint(properties + "I:1\nFe 0 0 0 9007199254740993\n").find("integers") !=
        std::string::npos);
}

TEST_CASE("mutilated files are read or refused, and what is read can be written and read again") {
  const std::string good =
      write(full_frame()) +
      "2\nLattice=\"4 0 0 0 4 0 0 0 4\" a=\"_JSON [[1], [2]]\" b={1 2} 'c d'=\"T F\" "
      "virial=\"1 2 3 4 5 6\" pbc=[T, T, F]\nCu 0 0 0\nAu 2 2 2\n";
  const std::string spice = "\"'{}[]=\\,:_ \n\r\t019.-eTFJSON\x80\xff";
  int read_again = 0, refused = 0;
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    CAPTURE(seed);
    auto engine = core::random_engine(seed, "mutation");
    std::string text = good;
    for (std::uint64_t n = 1 + engine() % 4; n > 0; --n) {
      const std::size_t at = engine() % text.size();
      switch (engine() % 4) {
        case 0:
          text[at] = spice[engine() % spice.size()];
          break;
        case 1:
          text.erase(at, 1 + engine() % 20);
          break;
        case 2:
          text.insert(at, 1, spice[engine() % spice.size()]);
          break;
        default:
          text.insert(at, text.substr(engine() % text.size(), engine() % 40));
      }
    }
    try {
      for (const Frame& frame : read(text)) {
        const std::string once = write(frame);
        CHECK(write(read(once).at(0)) == once);
        ++read_again;
      }
    } catch (const core::UserError& error) {
      CHECK(std::string(error.what()).starts_with("file.xyz:"));
      ++refused;
    }
  }
  CHECK(read_again > 500);
  CHECK(refused > 500);
}

TEST_CASE("frames one after the other are those read at once") {
  const auto file = std::filesystem::temp_directory_path() / "mlip_frames.xyz";
  std::vector<Frame> frames = read("1\nenergy=1\nH 0 0 0\n2\n\nH 0 0 0\nO 0 0 1\n");
  io::write_extended_xyz(file, frames);
  std::vector<std::size_t> sizes;
  io::for_each_frame(file, [&](Frame&& frame) { sizes.push_back(frame.structure.size()); });
  CHECK(sizes == std::vector<std::size_t>{1, 2});
  std::filesystem::remove(file);
  CHECK_THROWS_AS(io::for_each_frame(file, [](Frame&&) {}), core::UserError);
}
