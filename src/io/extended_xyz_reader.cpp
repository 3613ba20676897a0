#include <fmt/format.h>

#include <Eigen/Geometry>
#include <Eigen/LU>
#include <cmath>
#include <fstream>
#include <optional>
#include <span>
#include <sstream>

#include "core/element.hpp"
#include "core/error.hpp"
#include "core/file.hpp"
#include "io/comment_line.hpp"
#include "io/extended_xyz.hpp"
#include "io/number.hpp"

namespace mlip::io {

namespace {

using core::Mat3;
using core::Vec3;

constexpr std::string_view blanks = " \t\r\n";  ///< none in a name or a word of a column

/// One entry of `Properties=`.
struct Property {
  std::string name;
  char type;
  int width;
};

std::optional<std::vector<double>> as_numbers(const Value& value) {
  if (const auto* reals = std::get_if<std::vector<double>>(&value)) return *reals;
  if (const auto* integers = std::get_if<std::vector<long>>(&value))
    return std::vector<double>(integers->begin(), integers->end());
  if (const auto* real = std::get_if<double>(&value)) return std::vector<double>{*real};
  if (const auto* integer = std::get_if<long>(&value))
    return std::vector<double>{static_cast<double>(*integer)};
  return std::nullopt;
}

/// Nine numbers column after column, as ASE writes all 3×3 keys.
Mat3 from_columns(const std::vector<double>& numbers) {
  return Eigen::Map<const Mat3>(numbers.data()).transpose();
}

Mat3 from_voigt(const std::vector<double>& v) {
  Mat3 matrix;
  matrix << v[0], v[5], v[4], v[5], v[1], v[3], v[4], v[3], v[2];
  return matrix;
}

/// Whether vectors of the axes that repeat span as many dimensions as there are.
bool independent(const core::Cell& cell) {
  Mat3 rows = Mat3::Identity();
  int known = 0;
  for (int axis = 0; axis < 3; ++axis)
    if (cell.periodic[axis]) rows.row(known++) = cell.vectors.row(axis).normalized();
  if (known == 3) return std::abs(rows.determinant()) > 1e-9;
  if (known == 2) return Vec3(rows.row(0)).cross(Vec3(rows.row(1))).norm() > 1e-9;
  return known == 0 || rows.row(0).norm() > 0.5;
}

class Reader {
 public:
  Reader(std::istream& in, std::string name) : in_(in), name_(std::move(name)) {}
  /// None at the end.
  std::optional<Frame> next();

 private:
  [[noreturn]] void fail(const std::string& message, const std::string& remedy = "") const {
    throw core::bad_input(name_, line_, message, remedy);
  }
  bool next_line();
  Frame read_frame(long atoms);
  void read_comment(Frame& frame);
  void read_properties();
  void add_property(std::string_view name, std::string_view type, std::string_view width);
  void check_properties() const;
  void read_atoms(Frame& frame, long atoms);
  void read_fields(Frame& frame, const Property& property,
                   std::span<const std::string_view> words) const;
  void add_fields(Column& column, const Property& property,
                  std::span<const std::string_view> words) const;
  [[nodiscard]] bool has_property(std::string_view name) const;
  [[nodiscard]] int species(std::string_view word) const;
  [[nodiscard]] double number(char type, std::string_view word, std::string_view name) const;
  [[nodiscard]] Vec3 vector(const Property& property,
                            std::span<const std::string_view> words) const;

  std::optional<Value> take(const std::string& key);
  std::optional<std::vector<double>> take_numbers(const std::string& key);
  std::optional<double> take_number(const std::string& key);
  void take_cell(core::Cell& cell);
  void take_periodic(core::Cell& cell, bool lattice);
  void take_energy(core::Labels& labels);
  void take_stress(Frame& frame);

  std::istream& in_;
  std::string name_;
  int line_ = 0;
  std::string text_;
  std::map<std::string, Value> values_;  ///< of the comment line, those not yet taken
  std::vector<Property> properties_;
  std::size_t fields_ = 0;  ///< words a line of atoms has
};

bool Reader::next_line() {
  if (!std::getline(in_, text_)) return false;
  ++line_;
  if (!text_.empty() && text_.back() == '\r') text_.pop_back();
  return true;
}

std::optional<Frame> Reader::next() {
  while (next_line()) {
    const auto words = split(text_);
    if (words.empty()) continue;
    const auto atoms = words.size() == 1 ? parse_integer(words[0]) : std::nullopt;
    if (!atoms || *atoms < 0)
      fail(fmt::format("expected the number of atoms, found '{}'", text_.substr(0, 80)));
    return read_frame(*atoms);
  }
  return std::nullopt;
}

Frame Reader::read_frame(long atoms) {
  if (!next_line()) fail("the file ends before the comment line of this frame");
  Frame frame;
  read_comment(frame);
  read_atoms(frame, atoms);
  return frame;
}

void Reader::read_comment(Frame& frame) {
  values_.clear();
  if (text_.find('=') != std::string::npos) {
    auto parsed = parse_comment_line(text_);
    if (!parsed) fail(parsed.reason());
    values_ = std::move(parsed.value());
  } else if (!split(text_).empty()) {
    values_["comment"] = text_;  // plain XYZ: words, not keys
  }
  read_properties();
  take_cell(frame.structure.cell);
  take_energy(frame.labels);
  take_stress(frame);
  frame.labels.total_magnetization = take_number("magmom");
  frame.info = std::move(values_);
}

std::optional<Value> Reader::take(const std::string& key) {
  auto node = values_.extract(key);
  if (node.empty()) return std::nullopt;
  return std::move(node.mapped());
}

std::optional<std::vector<double>> Reader::take_numbers(const std::string& key) {
  const auto value = take(key);
  if (!value) return std::nullopt;
  auto numbers = as_numbers(*value);
  if (!numbers) fail(fmt::format("key '{}' must hold numbers", key));
  return numbers;
}

std::optional<double> Reader::take_number(const std::string& key) {
  const auto numbers = take_numbers(key);
  if (!numbers) return std::nullopt;
  if (numbers->size() != 1) fail(fmt::format("key '{}' must hold one number", key));
  return numbers->front();
}

void Reader::take_cell(core::Cell& cell) {
  const auto lattice = take_numbers("Lattice");
  if (lattice) {
    if (lattice->size() != 9)
      fail(fmt::format("key 'Lattice' must hold 9 numbers, found {}", lattice->size()));
    cell.vectors = Eigen::Map<const Mat3>(lattice->data());
    if (!cell.vectors.allFinite()) fail("key 'Lattice' must hold finite numbers");
  }
  take_periodic(cell, lattice.has_value());
  if (!independent(cell))
    fail("the cell vectors of the periodic axes do not span a cell",
         "correct 'Lattice', or say in 'pbc' which axes do not repeat");
}

void Reader::take_periodic(core::Cell& cell, bool lattice) {
  cell.periodic = {lattice, lattice, lattice};
  const auto value = take("pbc");
  if (!value) return;
  std::string text;
  if (const auto* one = std::get_if<bool>(&*value)) text = *one ? "T T T" : "F F F";
  if (const auto* words = std::get_if<std::string>(&*value)) text = *words;
  if (const auto numbers = as_numbers(*value))
    for (const double n : *numbers) text += n == 0 ? "F " : n == 1 ? "T " : "? ";
  auto words = split(text, " ,[]");
  if (!words.empty() && words[0] == "_JSON") words.erase(words.begin());
  if (words.size() != 3) fail("key 'pbc' must hold three of T and F");
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const std::string_view word = words[axis];
    cell.periodic[axis] = word == "T" || word == "True" || word == "true";
    if (!cell.periodic[axis] && word != "F" && word != "False" && word != "false")
      fail("key 'pbc' must hold three of T and F");
  }
}

void Reader::take_energy(core::Labels& labels) {
  labels.energy = take_number("energy");
  const auto free_energy = take_number("free_energy");
  if (!free_energy) return;
  if (labels.energy && *labels.energy != *free_energy) values_["energy"] = *labels.energy;
  labels.energy = free_energy;
}

void Reader::take_stress(Frame& frame) {
  if (const auto stress = take_numbers("stress")) {
    if (stress->size() != 9 && stress->size() != 6)
      fail(fmt::format("key 'stress' must hold 9 or 6 numbers, found {}", stress->size()));
    frame.labels.stress = stress->size() == 9 ? from_columns(*stress) : from_voigt(*stress);
    return;
  }
  const double volume = frame.structure.cell.volume();
  if (volume == 0) return;  // a cluster's virial is no stress and stays in info
  const auto virial = take_numbers("virial");
  if (!virial) return;
  if (virial->size() != 9 && virial->size() != 6)
    fail(fmt::format("key 'virial' must hold 9 or 6 numbers, found {}", virial->size()));
  const Mat3 matrix = virial->size() == 9 ? from_columns(*virial) : from_voigt(*virial);
  frame.labels.stress = -matrix / volume;
}

void Reader::read_properties() {
  properties_.clear();
  fields_ = 0;
  const auto value = take("Properties");
  const auto* text = value ? std::get_if<std::string>(&*value) : nullptr;
  if (value && !text) fail("key 'Properties' must hold name:type:columns triplets");
  const auto parts = split(text ? std::string_view(*text) : "species:S:1:pos:R:3", ":");
  if (parts.size() % 3 != 0) fail("key 'Properties' must hold name:type:columns triplets");
  for (std::size_t i = 0; i < parts.size(); i += 3)
    add_property(parts[i], parts[i + 1], parts[i + 2]);
  check_properties();
}

void Reader::add_property(std::string_view name, std::string_view type, std::string_view width) {
  if (type.size() != 1 || std::string_view("RILS").find(type[0]) == std::string_view::npos)
    fail(
        fmt::format("'{}' in 'Properties' has type '{}', which is none of R, I, L, S", name, type));
  if (name.find_first_of(blanks) != std::string_view::npos)
    fail(fmt::format("the column '{}' in 'Properties' has a blank in its name", name));
  const auto columns = parse_integer(width);
  if (!columns || *columns < 1 || *columns > 100000)
    fail(fmt::format("'{}' in 'Properties' has '{}' columns", name, width));
  if (has_property(name)) fail(fmt::format("'{}' stands twice in 'Properties'", name));
  properties_.push_back({std::string(name), type[0], static_cast<int>(*columns)});
  fields_ += static_cast<std::size_t>(*columns);
}

bool Reader::has_property(std::string_view name) const {
  for (const Property& property : properties_)
    if (property.name == name) return true;
  return false;
}

void Reader::check_properties() const {
  if (!has_property("pos")) fail("'Properties' names no positions", "add 'pos:R:3'");
  if (!has_property("species") && !has_property("Z"))
    fail("'Properties' names no species", "add 'species:S:1'");
  for (const Property& property : properties_) {
    const bool vectors = property.name == "pos" || property.name == "forces";
    const int width = vectors ? 3 : 1;
    const bool known = vectors || property.name == "species" || property.name == "magmoms";
    if (known && property.width != width)
      fail(fmt::format("'{}' in 'Properties' must have {} columns", property.name, width));
  }
}

void Reader::read_atoms(Frame& frame, long atoms) {
  for (const Property& property : properties_)
    frame.columns[property.name] = {property.type, property.width, {}, {}};
  for (const char* name : {"species", "pos", "forces", "magmoms"}) frame.columns.erase(name);
  if (!has_property("species")) frame.columns.erase("Z");
  for (long atom = 0; atom < atoms; ++atom) {
    if (!next_line()) fail(fmt::format("the file ends after {} of {} atoms", atom, atoms));
    const auto words = split(text_);
    if (words.size() != fields_)
      fail(fmt::format("expected {} columns, found {}", fields_, words.size()),
           "name every column in 'Properties'");
    std::span<const std::string_view> rest(words);
    for (const Property& property : properties_) {
      const auto width = static_cast<std::size_t>(property.width);
      read_fields(frame, property, rest.first(width));
      rest = rest.subspan(width);
    }
  }
}

void Reader::read_fields(Frame& frame, const Property& property,
                         std::span<const std::string_view> words) const {
  const std::string& name = property.name;
  if (name == "species" || (name == "Z" && !has_property("species"))) {
    frame.structure.numbers.push_back(species(words[0]));
  } else if (name == "pos") {
    frame.structure.positions.push_back(vector(property, words));
    if (!frame.structure.positions.back().allFinite()) fail("positions must be finite");
  } else if (name == "forces") {
    frame.labels.forces.push_back(vector(property, words));
  } else if (name == "magmoms") {
    frame.labels.magnetic_moments.push_back(number('R', words[0], name));
  } else {
    add_fields(frame.columns[name], property, words);
  }
}

void Reader::add_fields(Column& column, const Property& property,
                        std::span<const std::string_view> words) const {
  for (const std::string_view word : words) {
    if (property.type != 'S') {
      column.numbers.push_back(number(property.type, word, property.name));
      continue;
    }
    if (word.find_first_of(blanks) != std::string_view::npos)
      fail(fmt::format("column '{}' has a carriage return inside a word", property.name));
    column.words.emplace_back(word);
  }
}

int Reader::species(std::string_view word) const {
  if (const auto number = core::atomic_number(word)) return *number;
  const auto number = parse_integer(word);
  if (number && *number >= 1 && *number <= core::largest_atomic_number)
    return static_cast<int>(*number);
  fail(fmt::format("unknown element '{}'", word.substr(0, 40)),
       fmt::format("the nearest symbol is '{}'", core::nearest_symbol(word)));
}

double Reader::number(char type, std::string_view word, std::string_view name) const {
  if (type == 'L') {
    if (word == "T" || word == "True") return 1;
    if (word == "F" || word == "False") return 0;
    fail(fmt::format("column '{}' must hold T or F, found '{}'", name, word));
  }
  if (type == 'I') {
    const auto integer = parse_integer(word);
    const auto real = static_cast<double>(integer.value_or(0));
    if (!integer || std::abs(real) >= 0x1p53)
      fail(fmt::format("column '{}' must hold integers, found '{}'", name, word));
    return real;
  }
  const auto real = parse_real(word);
  if (!real) fail(fmt::format("column '{}' must hold numbers, found '{}'", name, word));
  return *real;
}

Vec3 Reader::vector(const Property& property, std::span<const std::string_view> words) const {
  return {number('R', words[0], property.name), number('R', words[1], property.name),
          number('R', words[2], property.name)};
}

}  // namespace

std::vector<Frame> read_extended_xyz(std::istream& in, const std::string& name) {
  std::vector<Frame> frames;
  Reader reader(in, name);
  while (auto frame = reader.next()) frames.push_back(std::move(*frame));
  return frames;
}

std::vector<Frame> read_extended_xyz(const std::filesystem::path& file) {
  std::istringstream in(core::read_file(file));
  return read_extended_xyz(in, file.string());
}

struct FrameReader::State {
  std::ifstream in;
  std::function<std::optional<Frame>()> next;
};

FrameReader::FrameReader(const std::filesystem::path& file)
    : state_(new State{std::ifstream(file), {}}) {
  state_->next = [reader = std::make_shared<Reader>(state_->in, file.string())] {
    return reader->next();
  };
  if (!state_->in || std::filesystem::is_directory(file))
    (void)core::read_file(file);  // says why not
}
FrameReader::~FrameReader() = default;
FrameReader::FrameReader(FrameReader&&) noexcept = default;
FrameReader& FrameReader::operator=(FrameReader&&) noexcept = default;

std::optional<Frame> FrameReader::next() {
  return state_->next();
}

std::size_t FrameReader::position() {
  const auto place = state_->in.tellg();
  return place < 0 ? 0 : static_cast<std::size_t>(place);
}

void for_each_frame(const std::filesystem::path& file, const std::function<void(Frame&&)>& visit) {
  FrameReader reader(file);
  while (auto frame = reader.next()) visit(std::move(*frame));
}

}  // namespace mlip::io
