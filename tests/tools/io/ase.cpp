#include <doctest/doctest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "core/file.hpp"
#include "core/seed.hpp"
#include "io/extended_xyz.hpp"
#include "io/poscar.hpp"

using namespace mlip;
namespace fs = std::filesystem;

namespace {

fs::path folder() {
  const fs::path path = fs::path(BUILD_DIR) / "tools_io_files";
  fs::create_directories(path);
  return path;
}

/// Exit status of a Python script of this folder.
int run_python(const std::string& script, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(),
                   {"/usr/bin/python3", (fs::path(TEST_DATA) / "../tools/io" / script).string()});
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  REQUIRE(posix_spawn(&child, argv[0], nullptr, nullptr, argv.data(), environ) == 0);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

core::Vec3 random_vector(std::mt19937_64& engine) {
  return {core::normal(engine), core::normal(engine), core::normal(engine)};
}

io::Frame random_frame(std::uint64_t seed) {
  auto engine = core::random_engine(seed, "ase test");
  io::Frame frame;
  for (int k = 0; k < 3; ++k)
    frame.structure.cell.vectors.row(k) = 5 * random_vector(engine).transpose();
  frame.structure.cell.periodic = {true, false, true};
  frame.structure.numbers = {26, 28, 29};
  frame.structure.numbers.resize(1 + seed % 3);
  frame.labels.energy = 100 * core::normal(engine);
  core::Mat3 stress;
  stress << random_vector(engine), random_vector(engine), random_vector(engine);
  frame.labels.stress = stress + stress.transpose();
  const std::vector<std::string> labels = {"a", "b=c", "d"};
  const std::vector<double> masks = {1, 0, 1}, ids = {7, -8, 9};
  frame.columns["label"].type = 'S';
  frame.columns["mask"].type = 'L';
  frame.columns["id"].type = 'I';
  for (std::size_t i = 0; i < frame.structure.size(); ++i) {
    frame.structure.positions.push_back(9 * random_vector(engine));
    frame.labels.forces.push_back(random_vector(engine));
    frame.labels.magnetic_moments.push_back(core::normal(engine));
    frame.columns["label"].words.push_back(labels[i]);
    frame.columns["mask"].numbers.push_back(masks[i]);
    frame.columns["id"].numbers.push_back(ids[i]);
  }
  return frame;
}

void add_info(io::Frame& frame) {
  using Text = std::string;
  frame.info = {{"flag", true},
                {"count", -5L},
                {"whole", 3.0},
                {"word", Text("bulk")},
                {"words", Text("two words")},
                {"digits", Text("123")},
                {"letter", Text("T")},
                {"empty", Text()},
                {"quoted", Text("say \"hi\" \\ [x] {y} it's")},
                {"lines", Text("a\nb")},
                {"nested", Text("_JSON [[1, 2], [3, 4]]")},
                {"reals", std::vector<double>{0.1, 2}},
                {"integers", std::vector<long>{1, 2, 3}},
                {"single", std::vector<double>{4.5}},
                {"texts", std::vector<Text>{"x y", "z"}}};
}

std::vector<double> numbers_of(const io::Frame& frame) {
  const auto& [structure, labels, info, columns] = frame;
  std::vector<double> numbers = {static_cast<double>(structure.size())};
  const auto add = [&](const double* first, std::size_t count) {
    numbers.insert(numbers.end(), first, first + count);
  };
  add(structure.cell.vectors.data(), 9);
  for (const auto& position : structure.positions) add(position.data(), 3);
  for (const auto& force : labels.forces) add(force.data(), 3);
  add(&labels.energy.value(), 1);
  const core::Mat3& s = labels.stress.value();
  for (const double x : {s(0, 0), s(1, 1), s(2, 2), s(1, 2), s(0, 2), s(0, 1)}) add(&x, 1);
  add(labels.magnetic_moments.data(), labels.magnetic_moments.size());
  return numbers;
}

/// Doubles of a file, handed out in order.
class Numbers {
 public:
  explicit Numbers(const fs::path& file) {
    const std::string bytes = core::read_file(file);
    values_.resize(bytes.size() / sizeof(double));
    std::memcpy(values_.data(), bytes.data(), values_.size() * sizeof(double));
  }
  double next() { return values_.at(at_++); }
  [[nodiscard]] bool empty() const { return at_ == values_.size(); }

 private:
  std::vector<double> values_;
  std::size_t at_ = 0;
};

void check_frame(const io::Frame& frame, Numbers& expected) {
  for (const double x : numbers_of(frame)) CHECK(x == expected.next());
  CHECK(std::get<double>(frame.info.at("real")) == expected.next());
  for (const double x : std::get<std::vector<double>>(frame.info.at("array")))
    CHECK(x == expected.next());
  for (const double x : frame.columns.at("group").numbers) CHECK(x == expected.next());
  for (const double x : frame.columns.at("fixed").numbers) CHECK(x == expected.next());
  for (const bool x : frame.structure.cell.periodic) CHECK(x == (expected.next() == 1));
  for (const int x : frame.structure.numbers) CHECK(x == expected.next());
  CHECK(std::get<long>(frame.info.at("integer")) == 7);
  CHECK(std::get<std::string>(frame.info.at("text")) == "a b's \"c\"");
  CHECK(std::get<std::string>(frame.info.at("nested")) == "_JSON [[1, 2.5], [3, 4]]");
  CHECK(std::get<std::string>(frame.info.at("matrix")) == "_JSON [[0, 1, 2], [3, 4, 5]]");
  CHECK(std::get<std::string>(frame.info.at("flags")) == "_JSON [true,false]");
  CHECK(frame.info.contains("flag"));
}

}  // namespace

TEST_CASE("ASE reads what we write, bit for bit") {
  std::vector<io::Frame> frames;
  std::vector<double> numbers;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    frames.push_back(random_frame(seed));
    const auto more = numbers_of(frames.back());
    numbers.insert(numbers.end(), more.begin(), more.end());
    add_info(frames.back());
  }
  const fs::path xyz = folder() / "ours.xyz", beside = folder() / "ours.bin";
  io::write_extended_xyz(xyz, frames);
  core::write_atomically(
      beside, {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(double)});
  CHECK(run_python("ase_reads_ours.py", {xyz, beside}) == 0);
}

TEST_CASE("we read what ASE writes, bit for bit") {
  const fs::path xyz = folder() / "ase.xyz", beside = folder() / "ase.bin";
  const fs::path poscar = folder() / "POSCAR";
  REQUIRE(run_python("ase_writes.py", {xyz, beside, poscar}) == 0);
  Numbers expected(beside);
  const auto frames = io::read_extended_xyz(xyz);
  CHECK(frames.size() == 40);
  for (const io::Frame& frame : frames) check_frame(frame, expected);

  const core::Structure crystal = io::read_poscar(poscar);
  for (int i = 0; i < 9; ++i)
    CHECK(crystal.cell.vectors.data()[i] == doctest::Approx(expected.next()).epsilon(1e-14));
  for (const auto& position : crystal.positions)
    for (const double x : position) CHECK(x == doctest::Approx(expected.next()).epsilon(1e-13));
  for (const int number : crystal.numbers) CHECK(number == expected.next());
  CHECK(expected.empty());
}
