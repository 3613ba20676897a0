#include "explore/walk_output.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <sstream>

#include "core/file.hpp"
#include "explore/lammps_input.hpp"
#include "io/extended_xyz.hpp"

namespace mlip::explore {
namespace {

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t start = line.find_first_not_of(" \t\r");
    if (start == std::string_view::npos) return words;
    line.remove_prefix(start);
    const std::size_t end = std::min(line.find_first_of(" \t\r"), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

template <class Number>
bool parse(std::string_view word, Number& value) {
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  return error == std::errc() && end == word.data() + word.size();
}

std::optional<GammaSample> sample(const std::vector<std::string_view>& words) {
  GammaSample s{};
  if (words.size() != 5 || !parse(words[0], s.step) || !parse(words[1], s.time_ps) ||
      !parse(words[2], s.temperature) || !parse(words[3], s.gamma_max) ||
      !parse(words[4], s.potential_energy))
    return std::nullopt;
  const bool finite = std::isfinite(s.time_ps + s.temperature + s.gamma_max + s.potential_energy);
  return finite ? std::optional(s) : std::nullopt;
}

// Calls `use(line)` for every line that has its end.
template <class Use>
void each_whole_line(std::string_view text, Use use) {
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    use(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
}

core::Vec3 corner_of(const io::Frame& frame) {
  core::Vec3 corner = core::Vec3::Zero();
  const auto found = frame.info.find("corner");
  if (found == frame.info.end()) return corner;
  const auto fill = [&corner](const auto& numbers) {
    for (std::size_t k = 0; k < 3 && k < numbers.size(); ++k)
      corner[static_cast<int>(k)] = static_cast<double>(numbers[k]);
  };
  if (const auto* reals = std::get_if<std::vector<double>>(&found->second)) fill(*reals);
  if (const auto* integers = std::get_if<std::vector<long>>(&found->second)) fill(*integers);
  return corner;
}

const io::Column* column(const io::Frame& frame, const std::string& name, int width) {
  const auto found = frame.columns.find(name);
  const bool fits =
      found != frame.columns.end() && found->second.width == width &&
      found->second.numbers.size() == frame.structure.size() * static_cast<std::size_t>(width);
  return fits ? &found->second : nullptr;
}

core::Result<Excursion> excursion_of(const io::Frame& frame, const LammpsFrame& start) {
  const io::Column* gamma = column(frame, "gamma", 1);
  const io::Column* images = column(frame, "image", 3);
  const auto step = frame.info.find("step");
  if (!gamma || !images || step == frame.info.end() || !std::holds_alternative<long>(step->second))
    return core::Failure{"step, gamma or image is missing"};
  LammpsSnapshot snapshot{frame.structure.cell.vectors,
                          corner_of(frame),
                          frame.structure.numbers,
                          frame.structure.positions,
                          {}};
  for (std::size_t i = 0; i < frame.structure.size(); ++i)
    snapshot.images.emplace_back(images->numbers[3 * i], images->numbers[3 * i + 1],
                                 images->numbers[3 * i + 2]);
  Excursion excursion{from_lammps(start, snapshot), gamma->numbers, std::get<long>(step->second)};
  if (excursion.structure.size() == 0 || !core::is_finite(excursion.structure))
    return core::Failure{"numbers that are not finite"};
  return excursion;
}

}  // namespace

Samples read_samples(std::string_view text) {
  Samples result;
  each_whole_line(text, [&result](std::string_view line) {
    const auto words = words_of(line);
    if (!words.empty() && words[0] == "halt") result.halted = true;
    if (const auto s = sample(words)) result.samples.push_back(*s);
  });
  return result;
}

core::Result<Excursion> read_excursion(const std::string& text, const LammpsFrame& frame) {
  std::istringstream in(text);
  try {
    const std::vector<io::Frame> frames = io::read_extended_xyz(in, "excursion");
    if (frames.size() != 1) return core::Failure{"not one frame"};
    return excursion_of(frames.front(), frame);
  } catch (const core::UserError& error) {
    return core::Failure{error.what()};
  }
}

std::vector<Excursion> read_excursions(const std::filesystem::path& folder,
                                       const LammpsFrame& frame) {
  std::vector<Excursion> excursions;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(std::string(excursion_prefix) + ".") || !name.ends_with(".xyz")) continue;
    const auto excursion = read_excursion(core::read_file(entry.path()), frame);
    if (excursion) excursions.push_back(excursion.value());
  }
  std::sort(excursions.begin(), excursions.end(),
            [](const Excursion& a, const Excursion& b) { return a.step < b.step; });
  return excursions;
}

std::string last_error(std::string_view output) {
  std::string found;
  each_whole_line(output, [&found](std::string_view line) {
    const std::size_t start = line.find("ERROR");
    if (start == std::string_view::npos) return;
    const std::size_t colon = line.find(": ", start);
    std::string_view message =
        colon == std::string_view::npos ? line.substr(start) : line.substr(colon + 2);
    const std::size_t place = message.rfind(" (");
    if (place != std::string_view::npos && message.ends_with(')'))
      message = message.substr(0, place);
    found = message;
  });
  return found;
}

}  // namespace mlip::explore
