#include "dft/ledger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <variant>

#include "core/error.hpp"
#include "core/file.hpp"

namespace mlip::dft {

namespace {

constexpr const char *level_key = "level_of_theory", *fault_key = "fault", *detail_key = "detail";

std::string text_of(const io::Frame& frame, const char* key) {
  const auto found = frame.info.find(key);
  if (found == frame.info.end()) return "";
  const auto* text = std::get_if<std::string>(&found->second);
  return text != nullptr ? *text : "";
}

/// Length of the frames at the beginning that are there to their last line's end.
std::size_t whole_frames(const std::string& text) {
  std::size_t whole = 0;
  for (;;) {
    const std::size_t line_end = text.find('\n', whole);
    if (line_end == std::string::npos) return whole;
    const long atoms = std::strtol(text.c_str() + whole, nullptr, 10);
    std::size_t end = line_end;
    for (long k = 0; k <= atoms && end != std::string::npos; ++k) end = text.find('\n', end + 1);
    if (atoms < 0 || end == std::string::npos) return whole;
    whole = end + 1;
  }
}

/// Nothing but the file itself where there is no frame.
void append(const std::filesystem::path& file, const std::optional<io::Frame>& frame) {
  std::ofstream out(file, std::ios::app);
  if (frame) io::write_extended_xyz(out, *frame);
  out.flush();
  if (!out)
    throw core::UserError(core::ExitCode::failed, fmt::format("cannot write '{}'", file.string()),
                          "make room on the disk, or choose another place with --out");
}

bool same(const core::Structure& a, const core::Structure& b) {
  return a.numbers == b.numbers && a.positions == b.positions && a.cell == b.cell;
}

}  // namespace

Ledger::Ledger(std::filesystem::path file, std::string level_of_theory)
    : file_(std::move(file)), level_of_theory_(std::move(level_of_theory)) {
  append(file_, std::nullopt);
  const std::size_t whole = read();
  if (whole < std::filesystem::file_size(file_)) std::filesystem::resize_file(file_, whole);
}

Ledger::Ledger(ReadOnly, std::filesystem::path file, std::string level_of_theory)
    : file_(std::move(file)), level_of_theory_(std::move(level_of_theory)) {
  (void)read();
}

Ledger Ledger::snapshot(std::filesystem::path file, std::string level_of_theory) {
  return {ReadOnly(), std::move(file), std::move(level_of_theory)};
}

std::size_t Ledger::read() {
  const std::string text = core::read_file(file_);
  const std::size_t whole = whole_frames(text);
  std::istringstream frames(text.substr(0, whole));
  frames_ = io::read_extended_xyz(frames, file_.string());
  for (const io::Frame& frame : frames_)
    if (text_of(frame, level_key).empty())
      throw core::UserError(core::ExitCode::bad_input,
                            fmt::format("'{}' is no ledger of labels", file_.string()),
                            "move it away, or write the labels to another file");
  return whole;
}

std::optional<core::Outcome> Ledger::find(const core::Structure& structure) const {
  const auto found = std::ranges::find_if(frames_, [&](const io::Frame& frame) {
    return text_of(frame, level_key) == level_of_theory_ && same(frame.structure, structure);
  });
  if (found == frames_.end()) return std::nullopt;
  core::Outcome outcome;
  outcome.level_of_theory = level_of_theory_;
  outcome.accepted = text_of(*found, fault_key).empty();
  if (outcome.accepted)
    outcome.labels = found->labels;
  else
    outcome.attempts = {{text_of(*found, fault_key), "", 0, 0, text_of(*found, detail_key)}};
  return outcome;
}

void Ledger::add(const core::Structure& structure, const core::Outcome& outcome) {
  MLIP_ASSERT(!outcome.accepted || outcome.level_of_theory == level_of_theory_);
  io::Frame frame;
  frame.structure = structure;
  frame.info[level_key] = level_of_theory_;
  if (outcome.accepted) {
    frame.labels = outcome.labels;
  } else {
    const core::Attempt last = outcome.attempts.empty() ? core::Attempt{"no attempt", "", 0, 0, ""}
                                                        : outcome.attempts.back();
    frame.info[fault_key] = last.fault;
    if (!last.detail.empty()) frame.info[detail_key] = last.detail;
  }
  std::ofstream out(file_, std::ios::app);
  io::write_extended_xyz(out, frame);
  out.flush();
  if (!out)
    throw core::UserError(core::ExitCode::failed, fmt::format("cannot write '{}'", file_.string()),
                          "make room on the disk, or choose another place with --out");
  frames_.push_back(std::move(frame));
}

}  // namespace mlip::dft
