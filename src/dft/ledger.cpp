#include "dft/ledger.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string_view>
#include <variant>

#include "core/error.hpp"
#include "io/extended_xyz.hpp"

namespace mlip::dft {

namespace {

constexpr const char *level_key = "level_of_theory", *fault_key = "fault", *detail_key = "detail",
                     *attempts_key = "attempts", *name_key = "name", *json_mark = "_JSON ",
                     *start_key = "start", *moment_key = "absolute_magnetization";

std::string text_of(const io::Frame& frame, const char* key) {
  const auto found = frame.info.find(key);
  if (found == frame.info.end()) return "";
  const auto* text = std::get_if<std::string>(&found->second);
  return text != nullptr ? *text : "";
}

/// The lines of the next frame; nothing where they are not there to the last one's end.
std::optional<std::string> next_frame(std::istream& in) {
  std::string line, frame;
  long left = 1;
  for (bool first = true; left >= 0; first = false, --left) {
    if (!std::getline(in, line) || in.eof()) return std::nullopt;
    if (first) left = std::strtol(line.c_str(), nullptr, 10) + 1;
    if (left < 0) return std::nullopt;
    frame += line += '\n';
  }
  return frame;
}

std::string written(const std::vector<core::Attempt>& attempts) {
  auto list = nlohmann::json::array();
  for (const auto& a : attempts)
    list.push_back({a.fault, a.remedy, a.seconds, a.scf_steps, a.detail, a.ranks});
  return json_mark + list.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

/// Ledgers before attempts were kept tell of the last one's fault and detail, those before ranks
/// were kept of none.
std::vector<core::Attempt> attempts_of(const io::Frame& frame) {
  const std::string text = text_of(frame, attempts_key), fault = text_of(frame, fault_key);
  const auto list =
      text.starts_with(json_mark)
          ? nlohmann::json::parse(text.substr(std::string_view(json_mark).size()), nullptr, false)
          : nlohmann::json();
  std::vector<core::Attempt> attempts;
  if (list.is_array())
    for (const auto& a : list)
      attempts.push_back({a.at(0).get<std::string>(), a.at(1).get<std::string>(),
                          a.at(2).get<double>(), a.at(3).get<int>(), a.at(4).get<std::string>(),
                          a.size() > 5 ? a.at(5).get<int>() : 1});
  else if (!fault.empty())
    attempts.push_back({fault, "", 0, 0, text_of(frame, detail_key)});
  return attempts;
}

LedgerRow row_of(const std::string& text, const std::string& place) {
  std::istringstream in(text);
  auto frames = io::read_extended_xyz(in, place);
  LedgerRow row;
  if (frames.size() == 1) row.outcome.level_of_theory = text_of(frames[0], level_key);
  if (row.outcome.level_of_theory.empty())
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("'{}' is no ledger of labels", place),
                          "move it away, or write the labels to another file");
  row.name = text_of(frames[0], name_key);
  row.outcome.accepted = text_of(frames[0], fault_key).empty();
  row.outcome.attempts = attempts_of(frames[0]);
  row.structure = std::move(frames[0].structure);
  row.start = text_of(frames[0], start_key);
  if (row.start.starts_with(json_mark)) row.start.erase(0, std::string_view(json_mark).size());
  if (const auto moment = frames[0].info.find(moment_key); moment != frames[0].info.end())
    if (const auto* value = std::get_if<double>(&moment->second))
      row.outcome.absolute_magnetization = *value;
  if (row.outcome.accepted) row.outcome.labels = std::move(frames[0].labels);
  return row;
}

std::string frame_text(const core::Structure& structure, const core::Outcome& outcome,
                       const std::string& level, const std::string& name,
                       const std::string& start) {
  io::Frame frame;
  frame.structure = structure;
  frame.info[level_key] = level;
  if (!name.empty()) frame.info[name_key] = name;
  frame.info[attempts_key] = written(outcome.attempts);
  if (!start.empty()) frame.info[start_key] = json_mark + start;
  if (outcome.absolute_magnetization) frame.info[moment_key] = *outcome.absolute_magnetization;
  if (outcome.accepted)
    frame.labels = outcome.labels;
  else
    frame.info[fault_key] = outcome.attempts.empty() ? "no attempt" : outcome.attempts.back().fault;
  std::ostringstream text;
  io::write_extended_xyz(text, frame);
  return text.str();
}

bool same(const core::Structure& a, const core::Structure& b) {
  return a.numbers == b.numbers && a.positions == b.positions && a.cell == b.cell;
}

std::uint64_t key_of(const core::Structure& structure) {
  std::uint64_t key = structure.size();
  const auto mix = [&key](double value) {
    // A sum with zero makes one of both zeros, which compare equal.
    key = (key ^ std::hash<double>{}(value + 0.0)) * 0x9e3779b97f4a7c15ULL;
    key ^= key >> 32;
  };
  for (const int number : structure.numbers) mix(number);
  for (const auto& position : structure.positions)
    for (const double x : position) mix(x);
  for (const double x : structure.cell.vectors.reshaped()) mix(x);
  return key;
}

core::UserError cannot_write(const std::filesystem::path& file) {
  return {core::ExitCode::failed, fmt::format("cannot write '{}'", file.string()),
          "make room on the disk, or choose another place with --out"};
}

}  // namespace

std::uint64_t for_each_row(const std::filesystem::path& file,
                           const std::function<void(LedgerRow&&, std::uint64_t)>& visit) {
  std::ifstream in(file, std::ios::binary);
  if (!in)
    throw core::UserError(core::ExitCode::bad_input, fmt::format("cannot read '{}'", file.string()),
                          "check its name");
  std::uint64_t begin = 0;
  for (int row = 0;; ++row) {
    const auto text = next_frame(in);
    if (!text) return begin;
    visit(row_of(*text, fmt::format("{}, frame {}", file.string(), row)), begin);
    begin += text->size();
  }
}

Ledger::Ledger(std::filesystem::path file, std::string level_of_theory)
    : file_(std::move(file)), level_of_theory_(std::move(level_of_theory)) {
  out_.open(file_, std::ios::app | std::ios::binary);
  if (!out_) throw cannot_write(file_);
  index();
  if (size_ < std::filesystem::file_size(file_)) std::filesystem::resize_file(file_, size_);
}

Ledger::Ledger(ReadOnly, std::filesystem::path file, std::string level_of_theory)
    : file_(std::move(file)), level_of_theory_(std::move(level_of_theory)) {
  index();
}

Ledger Ledger::snapshot(std::filesystem::path file, std::string level_of_theory) {
  return {ReadOnly(), std::move(file), std::move(level_of_theory)};
}

void Ledger::index() {
  size_ = for_each_row(file_, [this](LedgerRow&& row, std::uint64_t begin) {
    if (row.outcome.level_of_theory == level_of_theory_)
      begins_.emplace(key_of(row.structure), begin);
  });
  in_.open(file_, std::ios::binary);
}

std::optional<core::Outcome> Ledger::find(const core::Structure& structure,
                                          const MagneticStart& start) const {
  const std::string wanted = dft::text_of(start);
  const auto [first, last] = begins_.equal_range(key_of(structure));
  for (auto it = first; it != last; ++it) {
    in_.clear();
    in_.seekg(static_cast<std::streamoff>(it->second));
    const auto text = next_frame(in_);
    if (!text) continue;
    LedgerRow row = row_of(*text, file_.string());
    if (row.start == wanted && same(row.structure, structure)) return std::move(row.outcome);
  }
  return std::nullopt;
}

void Ledger::add(const core::Structure& structure, const core::Outcome& outcome,
                 const std::string& name, const MagneticStart& start) {
  MLIP_ASSERT(!outcome.accepted || outcome.level_of_theory == level_of_theory_);
  const std::string text =
      frame_text(structure, outcome, level_of_theory_, name, dft::text_of(start));
  out_ << text << std::flush;
  if (!out_) throw cannot_write(file_);
  begins_.emplace(key_of(structure), size_);
  size_ += text.size();
}

}  // namespace mlip::dft
