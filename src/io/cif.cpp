#include "io/cif.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <map>
#include <optional>
#include <sstream>
#include <vector>

#include "core/element.hpp"
#include "core/error.hpp"
#include "core/file.hpp"
#include "core/units.hpp"
#include "io/number.hpp"

namespace mlip::io {

namespace {

using core::Vec3;

struct Token {
  std::string text;
  int line = 0;
  bool quoted = false;
};

std::string lowered(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

/// Words, quoted texts and texts between lines that begin with a semicolon; comments left out.
class CifWords {
 public:
  CifWords(std::istream& in, const std::string& name) : in_(in), name_(name) {}

  [[nodiscard]] std::vector<Token> all() {
    while (next_line()) {
      if (!line_text_.empty() && line_text_[0] == ';')
        read_text_field();
      else
        split_line();
      if (tokens_.size() > most)
        throw core::bad_input(name_, line_, fmt::format("more than {} words", most));
    }
    return std::move(tokens_);
  }

 private:
  static constexpr std::size_t most = 2'000'000;

  bool next_line() {
    if (!std::getline(in_, line_text_)) return false;
    ++line_;
    if (!line_text_.empty() && line_text_.back() == '\r') line_text_.pop_back();
    return true;
  }

  void read_text_field() {
    Token token{line_text_.substr(1), line_, true};
    while (next_line()) {
      if (!line_text_.empty() && line_text_[0] == ';') {
        tokens_.push_back(std::move(token));
        return;
      }
      token.text += '\n' + line_text_;
    }
    throw core::bad_input(name_, token.line, "a text that ';' begins is never ended");
  }

  void split_line() {
    const auto blank = [&](std::size_t at) {
      return at >= line_text_.size() || std::isspace(static_cast<unsigned char>(line_text_[at]));
    };
    for (std::size_t at = 0; at < line_text_.size();) {
      const char c = line_text_[at];
      if (blank(at)) {
        ++at;
      } else if (c == '#') {
        return;
      } else if (c == '\'' || c == '"') {
        std::size_t end = at + 1;
        while (end < line_text_.size() && !(line_text_[end] == c && blank(end + 1))) ++end;
        if (end >= line_text_.size())
          throw core::bad_input(name_, line_, "a quote is never closed");
        tokens_.push_back({line_text_.substr(at + 1, end - at - 1), line_, true});
        at = end + 1;
      } else {
        std::size_t end = at;
        while (!blank(end)) ++end;
        tokens_.push_back({line_text_.substr(at, end - at), line_, false});
        at = end;
      }
    }
  }

  std::istream& in_;
  const std::string& name_;
  std::string line_text_;
  int line_ = 0;
  std::vector<Token> tokens_;
};

bool is_word(const Token& token, const char* word) {
  return !token.quoted && lowered(token.text) == word;
}

bool is_name(const Token& token) {
  return !token.quoted && token.text.starts_with('_');
}

/// Begins something that is no value.
bool is_reserved(const Token& token) {
  if (token.quoted) return false;
  const std::string text = lowered(token.text);
  return is_name(token) || text == "loop_" || text.starts_with("data_") ||
         text.starts_with("save_") || text == "stop_" || text == "global_";
}

/// The columns of names of one data block; a single value is a column of one.
using Columns = std::map<std::string, std::vector<Token>>;

class CifReader {
 public:
  CifReader(std::istream& in, std::string name)
      : name_(std::move(name)), tokens_(CifWords(in, name_).all()) {}
  core::Structure read();

 private:
  struct SeitzMatrix {
    core::Mat3 rotation = core::Mat3::Zero();
    Vec3 translation = Vec3::Zero();
  };

  [[noreturn]] void fail(int line, const std::string& message,
                         const std::string& remedy = "") const {
    throw core::bad_input(name_, line, message, remedy);
  }
  std::optional<Columns> next_block();
  void read_loop(Columns& block);
  [[nodiscard]] const std::vector<Token>* column(const std::vector<const char*>& names) const;
  [[nodiscard]] double number(const Token& token) const;
  [[nodiscard]] double single(const char* name) const;
  void set_cell();
  [[nodiscard]] std::vector<SeitzMatrix> operations() const;
  [[nodiscard]] SeitzMatrix operation(const Token& token) const;
  [[nodiscard]] int element(const Token& token) const;
  void check_occupancy() const;
  void add_site(int species, const Vec3& place, const std::vector<SeitzMatrix>& operations,
                int line);

  std::string name_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  Columns block_;
  core::Structure structure_;
};

void CifReader::read_loop(Columns& block) {
  const int line = tokens_[at_++].line;
  std::vector<std::string> names;
  while (at_ < tokens_.size() && is_name(tokens_[at_]))
    names.push_back(lowered(tokens_[at_++].text));
  if (names.empty()) fail(line, "a loop names no columns");
  std::size_t values = 0;
  for (; at_ < tokens_.size() && !is_reserved(tokens_[at_]); ++at_, ++values)
    block[names[values % names.size()]].push_back(tokens_[at_]);
  if (values % names.size() != 0)
    fail(line, fmt::format("a loop of {} columns has {} values", names.size(), values));
}

std::optional<Columns> CifReader::next_block() {
  if (at_ >= tokens_.size()) return {};
  Columns block;
  for (bool first = true; at_ < tokens_.size(); first = false) {
    const Token& token = tokens_[at_];
    if (!token.quoted && lowered(token.text).starts_with("data_")) {
      if (!first) return block;
      ++at_;
    } else if (is_word(token, "loop_")) {
      read_loop(block);
    } else if (is_name(token)) {
      if (at_ + 1 >= tokens_.size() || is_reserved(tokens_[at_ + 1]))
        fail(token.line, fmt::format("'{}' has no value", token.text));
      block[lowered(token.text)] = {tokens_[at_ + 1]};
      at_ += 2;
    } else {
      fail(token.line, fmt::format("expected a name, found '{}'", token.text.substr(0, 40)));
    }
  }
  return block;
}

const std::vector<Token>* CifReader::column(const std::vector<const char*>& names) const {
  for (const char* name : names)
    if (const auto found = block_.find(name); found != block_.end()) return &found->second;
  return nullptr;
}

/// "5.431(2)" is 5.431, known to 0.002.
double CifReader::number(const Token& token) const {
  const auto value = parse_real(std::string_view(token.text).substr(0, token.text.find('(')));
  if (!value || !std::isfinite(*value))
    fail(token.line, fmt::format("'{}' is no number", token.text.substr(0, 40)));
  return *value;
}

double CifReader::single(const char* name) const {
  const auto* values = column({name});
  if (!values) fail(1, fmt::format("the block has no '{}'", name));
  return number(values->front());
}

void CifReader::set_cell() {
  const double a = single("_cell_length_a"), b = single("_cell_length_b"),
               c = single("_cell_length_c");
  const auto angle = [this](const char* name) { return single(name) * core::pi / 180; };
  const double alpha = angle("_cell_angle_alpha"), beta = angle("_cell_angle_beta"),
               gamma = angle("_cell_angle_gamma");
  const double x = std::cos(beta);
  const double y = (std::cos(alpha) - std::cos(beta) * std::cos(gamma)) / std::sin(gamma);
  const double z = 1 - x * x - y * y;
  if (!(a > 0 && b > 0 && c > 0 && std::sin(gamma) > 1e-6 && z > 1e-9))
    fail(column({"_cell_length_a"})->front().line, "the cell's lengths and angles span no cell");
  structure_.cell.vectors << a, 0, 0, b * std::cos(gamma), b * std::sin(gamma), 0, c * x, c * y,
      c * std::sqrt(z);
  // cos 90° is not quite 0
  for (double& entry : structure_.cell.vectors.reshaped())
    if (std::abs(entry) < 1e-12 * (a + b + c)) entry = 0;
  structure_.cell.periodic = {true, true, true};
}

/// Of "1/2+x, -y, z-0.25".
CifReader::SeitzMatrix CifReader::operation(const Token& token) const {
  SeitzMatrix result;
  std::string text = lowered(token.text);
  std::erase_if(text, [](unsigned char c) { return std::isspace(c); });
  const auto rows = split(text, ",");
  const auto refuse = [&]() {
    fail(token.line, fmt::format("'{}' is no symmetry operation", token.text.substr(0, 60)));
  };
  if (rows.size() != 3) refuse();
  for (std::size_t row = 0; row < 3; ++row) {
    const std::string_view term = rows[row];
    const auto k = static_cast<Eigen::Index>(row);
    for (std::size_t at = 0; at < term.size();) {
      double sign = 1;
      if (term[at] == '+' || term[at] == '-') sign = term[at++] == '-' ? -1 : 1;
      if (at >= term.size()) refuse();
      if (term[at] >= 'x' && term[at] <= 'z') {
        result.rotation(k, term[at++] - 'x') += sign;
        continue;
      }
      const auto end = std::min(term.find_first_of("+-", at), term.size());
      const auto parts = split(term.substr(at, end - at), "/");
      const auto top = parts.empty() ? std::nullopt : parse_real(parts[0]);
      const auto bottom = parts.size() == 2 ? parse_real(parts[1]) : std::optional<double>(1);
      if (!top || !bottom || *bottom == 0 || parts.size() > 2) refuse();
      result.translation[k] += sign * *top / *bottom;
      at = end;
    }
  }
  const double determinant =
      result.rotation.row(0).dot(Vec3(result.rotation.row(1)).cross(Vec3(result.rotation.row(2))));
  if (std::abs(std::abs(determinant) - 1) > 1e-6) refuse();
  return result;
}

std::vector<CifReader::SeitzMatrix> CifReader::operations() const {
  std::vector<SeitzMatrix> result;
  if (const auto* texts = column({"_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz",
                                  "_space_group_symop.operation_xyz"})) {
    for (const Token& text : *texts) result.push_back(operation(text));
    return result;
  }
  if (const auto* name = column({"_space_group_name_h-m_alt", "_symmetry_space_group_name_h-m"})) {
    std::string text = lowered(name->front().text);
    std::erase(text, ' ');
    if (text != "p1" && text != "?" && text != ".")
      fail(name->front().line,
           fmt::format("space group '{}' without its operations", name->front().text),
           "write the file with '_space_group_symop_operation_xyz', or in space group P 1");
  }
  return {{core::Mat3::Identity(), Vec3::Zero()}};
}

/// Of "Fe", "Fe3+", "Fe1".
int CifReader::element(const Token& token) const {
  for (const std::size_t letters : {2U, 1U}) {
    if (token.text.size() < letters) continue;
    std::string symbol = lowered(token.text.substr(0, letters));
    symbol[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(symbol[0])));
    const auto rest = token.text.substr(letters);
    const bool ends = rest.empty() || !std::isalpha(static_cast<unsigned char>(rest[0]));
    if (const auto number = core::atomic_number(symbol); number && (ends || letters == 2))
      return *number;
  }
  fail(token.line, fmt::format("unknown element '{}'", token.text.substr(0, 40)),
       fmt::format("the nearest symbol is '{}'", core::nearest_symbol(token.text.substr(0, 2))));
}

void CifReader::check_occupancy() const {
  const auto* occupancies = column({"_atom_site_occupancy"});
  if (!occupancies) return;
  for (const Token& occupancy : *occupancies)
    if (occupancy.text != "?" && occupancy.text != "." && std::abs(number(occupancy) - 1) > 1e-3)
      fail(occupancy.line, fmt::format("a site has an occupancy of {}", occupancy.text),
           "elements that share sites are decorated by 'mlip-auto generate sqs'");
}

void CifReader::add_site(int species, const Vec3& place, const std::vector<SeitzMatrix>& operations,
                         int line) {
  constexpr double same = 0.05;  // Å; coordinates of special places are rounded
  for (const SeitzMatrix& operation : operations) {
    Vec3 image = operation.rotation * place + operation.translation;
    for (double& x : image) {
      x -= std::floor(x);
      if (x > 1 - 1e-9) x = 0;
    }
    bool known = false;
    for (std::size_t i = 0; i < structure_.size() && !known; ++i) {
      Vec3 between = structure_.to_fractional(structure_.positions[i]).value - image;
      for (double& x : between) x -= std::round(x);
      known = structure_.to_cartesian({between}).norm() < same;
      if (known && structure_.numbers[i] != species)
        fail(line, "two elements share a site",
             "elements that share sites are decorated by 'mlip-auto generate sqs'");
    }
    if (known) continue;
    structure_.numbers.push_back(species);
    structure_.positions.push_back(structure_.to_cartesian({image}));
  }
  if (structure_.size() > 100'000) fail(line, "more than 100000 atoms");
}

core::Structure CifReader::read() {
  const std::vector<const char*> first = {"_atom_site_fract_x", "_atom_site.fract_x"};
  while (!column(first)) {
    auto block = next_block();
    if (!block) fail(1, "no data block has atoms", "a crystal's needs '_atom_site_fract_x'");
    block_ = std::move(*block);
  }
  set_cell();
  check_occupancy();
  const auto* x = column(first);
  const auto* y = column({"_atom_site_fract_y", "_atom_site.fract_y"});
  const auto* z = column({"_atom_site_fract_z", "_atom_site.fract_z"});
  const auto* species = column({"_atom_site_type_symbol", "_atom_site_label"});
  if (!y || !z || !species || y->size() != x->size() || z->size() != x->size() ||
      species->size() != x->size())
    fail(x->front().line, "the atoms have no elements or no three coordinates",
         "'_atom_site_type_symbol' and '_atom_site_fract_x', '_y', '_z' are needed");
  const auto symmetry = operations();
  for (std::size_t i = 0; i < x->size(); ++i)
    add_site(element((*species)[i]), {number((*x)[i]), number((*y)[i]), number((*z)[i])}, symmetry,
             (*x)[i].line);
  return std::move(structure_);
}

}  // namespace

core::Structure read_cif(std::istream& in, const std::string& name) {
  return CifReader(in, name).read();
}

core::Structure read_cif(const std::filesystem::path& file) {
  std::istringstream in(core::read_file(file));
  return read_cif(in, file.string());
}

}  // namespace mlip::io
