#include "app/screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "app/candidate_file.hpp"
#include "app/evaluated_file.hpp"
#include "app/frame_file.hpp"
#include "app/interrupt.hpp"
#include "app/surrogate_evaluation.hpp"
#include "core/error.hpp"
#include "report/selection_page.hpp"
#include "select/screen.hpp"
#include "store/originals.hpp"

namespace mlip::app {

namespace {

constexpr const char* a_copy = "a copy of an earlier one";

struct ScreenArguments {
  std::string candidates, model = "sevennet-0", out, rejected, map;
  int workers = 0;
  bool keep_copies = false;
  select::ScreenOptions options;
};

/// The candidates with energies of the model; beside them those it has no answer for.
struct Scored {
  std::filesystem::path file, failures;
  std::size_t failed = 0;
  std::vector<bool> copies;  ///< of the candidates: those like one before, not in the files
  bool own = false;          ///< ours, to be removed
  [[nodiscard]] std::size_t copied() const { return std::size_t(std::ranges::count(copies, true)); }
};

std::vector<bool> copies_among(const ScreenArguments& arguments) {
  std::vector<bool> copies;
  if (arguments.keep_copies) return copies;
  store::Originals originals(std::filesystem::path(arguments.out).parent_path());
  io::for_each_frame(arguments.candidates, [&](io::Frame&& frame) {
    copies.push_back(originals.original_of(frame.structure).has_value());
  });
  return copies;
}

bool all_evaluated(const std::string& file, const surrogate::Surrogate& surrogate) {
  io::FrameReader reader(file);
  while (const auto frame = reader.next())
    if (!is_evaluated(*frame, surrogate.model, surrogate.version)) return false;
  return true;
}

/// None where the user stopped it.
std::optional<Scored> score(const ScreenArguments& arguments, const surrogate::Surrogate& surrogate,
                            std::stop_token stop) {
  Scored scored{arguments.candidates, {}, 0, copies_among(arguments), false};
  if (scored.copied() == 0 && all_evaluated(arguments.candidates, surrogate)) return scored;
  scored.file = arguments.out + ".energies.extxyz";
  const auto done = evaluate_structures(
      {arguments.candidates, scored.file, arguments.workers, true, scored.copies}, surrogate,
      std::move(stop));
  if (!done.complete) return std::nullopt;
  scored.failures = done.failures;
  scored.failed = done.failed;
  scored.own = true;
  return scored;
}

select::Screen shapes_of(const Scored& scored) {
  select::Screen screen;
  io::for_each_frame(scored.file, [&](io::Frame&& frame) {
    screen.add(frame.structure, *frame.labels.energy, frame.labels.forces);
  });
  if (screen.size() + scored.failed == 0)
    throw core::UserError(core::ExitCode::bad_input, "there is no structure to screen",
                          "give a file that holds structures");
  return screen;
}

/// Kept and rejected ones to their files.
void share_out(const ScreenArguments& arguments, const Scored& scored, const select::Screen& screen,
               const select::Screening& screening) {
  FrameFile kept(arguments.out);
  std::optional<FrameFile> rejected;
  if (!arguments.rejected.empty()) rejected.emplace(arguments.rejected);
  std::size_t index = 0;
  io::for_each_frame(scored.file, [&](io::Frame&& frame) {
    const std::size_t k = index++;
    if (std::isfinite(screening.heights[k]))
      frame.info["surrogate_over_hull"] = screening.heights[k];
    if (screening.verdicts[k] == select::Verdict::kept) return kept.write(frame);
    frame.info["screen_reason"] = screen.reason(screening, k);
    if (rejected) rejected->write(frame);
  });
  if (rejected && scored.failed > 0)
    io::for_each_frame(scored.failures, [&](io::Frame&& frame) {
      frame.info["screen_reason"] = frame.info["surrogate_failure"];
      rejected->write(frame);
    });
  if (rejected && scored.copied() > 0) {
    std::size_t number = 0;
    io::for_each_frame(arguments.candidates, [&](io::Frame&& frame) {
      if (!scored.copies[number++]) return;
      frame.info["screen_reason"] = a_copy;
      rejected->write(frame);
    });
  }
  if (rejected) rejected->finish();
  kept.finish();
}

std::map<select::Verdict, std::size_t> counts_of(const select::Screening& screening,
                                                 std::size_t failed) {
  std::map<select::Verdict, std::size_t> counts;
  for (const auto verdict : screening.verdicts) ++counts[verdict];
  if (failed > 0) counts[select::Verdict::no_answer] += failed;
  return counts;
}

std::string headline(const std::map<select::Verdict, std::size_t>& counts, std::size_t copies,
                     const surrogate::Surrogate& surrogate) {
  std::size_t all = copies;
  for (const auto& [verdict, count] : counts) all += count;
  const auto kept = counts.find(select::Verdict::kept);
  return fmt::format("{} of {} candidates kept, by {} {}", kept == counts.end() ? 0 : kept->second,
                     all, surrogate.model, surrogate.version);
}

std::string limit_text(double limit) {
  return std::isfinite(limit) ? fmt::format("{:.3g}", limit) : "none";
}

std::string limit_line(const select::ScreenLimits& limits) {
  return fmt::format(
      "closest {} and farthest nearest neighbour {} × the sum of covalent radii, "
      "force {} eV/Å, {} eV/atom over the hull",
      limit_text(limits.closest), limit_text(limits.apart), limit_text(limits.force),
      limit_text(limits.window));
}

/// Where the kept ones lie, and as far again to either side.
struct Frame {
  double low = INFINITY, high = -INFINITY;
  void widen(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  [[nodiscard]] bool shows(double value) const {
    const double margin = high - low;
    return low > high || (value >= low - margin && value <= high + margin);
  }
};

report::SelectionMap screened_map(const select::Screen& screen,
                                  const select::Screening& screening) {
  report::SelectionMap map;
  map.title = "Energy and volume of the candidates";
  map.x_label = "volume (Å³/atom)";
  map.y_label = "energy (eV/atom)";
  map.offered_name = "rejected";
  map.taken_name = "kept";
  const std::size_t step = 1 + screen.size() / (4 * report::most_drawn);
  Frame volumes, energies;
  std::vector<std::size_t> drawn;
  for (std::size_t k = 0; k < screen.size(); ++k) {
    const auto [volume, energy] = screen.place(k);
    const bool kept = screening.verdicts[k] == select::Verdict::kept;
    if (volume == 0 || (kept && k % step != 0)) continue;
    drawn.push_back(k);
    if (!kept) continue;
    volumes.widen(volume);
    energies.widen(energy);
  }
  std::size_t outside = 0;
  for (const std::size_t k : drawn) {
    const auto [volume, energy] = screen.place(k);
    const std::string reason = screen.reason(screening, k);
    if (!volumes.shows(volume) || !energies.shows(energy))
      ++outside;
    else if (reason.empty())
      map.taken.push_back({volume, energy, fmt::format("candidate {}", k)});
    else
      map.offered.push_back({volume, energy, fmt::format("candidate {}: {}", k, reason)});
  }
  if (outside > 0)
    map.note = fmt::format("{} rejected ones lie far outside and are not drawn.", outside);
  return map;
}

void write_map(const ScreenArguments& arguments, const std::string& lead,
               const select::Screen& screen, const select::Screening& screening) {
  std::ofstream out(arguments.map);
  out << report::render_selection_html("Screen of candidates", lead,
                                       {screened_map(screen, screening)});
  if (!out.flush())
    throw core::UserError(core::ExitCode::failed, fmt::format("cannot write '{}'", arguments.map),
                          "choose a folder that can be written, on a disk with space");
}

int screen_file(const ScreenArguments& arguments) {
  const Interrupt interrupt;
  const auto surrogate =
      surrogate::open_surrogate(arguments.model, surrogate_workers(arguments.workers));
  const auto scored = score(arguments, surrogate, interrupt.token());
  if (!scored) {
    fmt::print("stopped; the same command again goes on from here\n");
    return int(core::ExitCode::interrupted);
  }
  const select::Screen screen = shapes_of(*scored);
  const auto screening = screen.decide(arguments.options);
  share_out(arguments, *scored, screen, screening);
  const auto counts = counts_of(screening, scored->failed);
  std::string lead = headline(counts, scored->copied(), surrogate);
  fmt::print("{}: {}\n", lead, arguments.out);
  const auto tell = [&](std::size_t count, const char* meaning) {
    if (count == 0) return;
    fmt::print("{:>9} {}\n", count, meaning);
    lead += fmt::format("; {}: {}", meaning, count);
  };
  tell(scored->copied(), a_copy);
  for (const auto& [verdict, count] : counts)
    if (verdict != select::Verdict::kept) tell(count, select::meaning(verdict));
  fmt::print("limits for crystals: {}\nlimits for others: {}\n", limit_line(screening.limits[1]),
             limit_line(screening.limits[0]));
  if (!arguments.map.empty()) write_map(arguments, lead + '.', screen, screening);
  if (!scored->own) return int(core::ExitCode::done);
  std::filesystem::remove(scored->file);
  if (scored->failed > 0) std::filesystem::remove(scored->failures);
  return int(core::ExitCode::done);
}

void add_limits(CLI::App& command, select::ScreenOptions& options) {
  command
      .add_option("--closest", options.closest,
                  "least distance of two atoms, over the sum of their covalent radii")
      ->check(CLI::Range(0.0, 2.0));
  command
      .add_option("--apart", options.apart,
                  "largest distance of an atom from its nearest neighbour, over the same")
      ->check(CLI::Range(0.5, select::Screen::reach));
  command.add_option("--max-force", options.force, "largest force on an atom, eV/Å")
      ->check(CLI::PositiveNumber);
  command.add_option("--window", options.window, "energy over the convex hull, eV/atom")
      ->check(CLI::NonNegativeNumber);
}

}  // namespace

void add_screen(CLI::App& select, int& exit_code) {
  const auto arguments = std::make_shared<ScreenArguments>();
  auto* command = select.add_subcommand(
      "screen",
      "throws out nonsense by a surrogate: limits come from the candidates; again resumes");
  command->add_option("CANDIDATES", arguments->candidates, "extended XYZ file; it may be huge")
      ->required();
  command
      ->add_option("--model", arguments->model,
                   "surrogate, as of 'surrogate eval'; its energies in the file are used")
      ->capture_default_str();
  command->add_option("--out", arguments->out, "extended XYZ file of those kept")->required();
  command->add_flag("--keep-copies", arguments->keep_copies, keep_copies_meaning);
  command->add_option("--rejected", arguments->rejected,
                      "extended XYZ file of the others, with screen_reason");
  command->add_option("--map", arguments->map, "HTML file: energy and volume, what was kept");
  command->add_option("--workers", arguments->workers, "threads; 0: one a core")
      ->capture_default_str();
  add_limits(*command, arguments->options);
  command->callback([arguments, &exit_code] { exit_code = screen_file(*arguments); });
}

}  // namespace mlip::app
