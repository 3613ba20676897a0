#include "fit/pacemaker/metrics_file.hpp"

#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <sstream>

namespace mlip::fit::pacemaker {

namespace {

double number(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole ? value : std::numeric_limits<double>::quiet_NaN();
}

/// Words of the line under those of the header; none where their numbers differ.
std::optional<std::map<std::string, double>> row_of(const std::string& header,
                                                    const std::string& line) {
  std::istringstream names(header), values(line);
  std::map<std::string, double> row;
  std::string name, value;
  while (names >> name) {
    if (!(values >> value)) return std::nullopt;
    row[name] = number(value);
  }
  return values >> value ? std::nullopt : std::optional(row);
}

}  // namespace

std::optional<IterationMetrics> last_metrics(const std::string& text) {
  std::istringstream lines(text.substr(0, text.rfind('\n') + 1));
  std::string header;
  if (!std::getline(lines, header)) return std::nullopt;
  std::optional<IterationMetrics> last;
  for (std::string line; std::getline(lines, line);) {
    auto row = row_of(header, line);
    if (!row || !row->contains("loss") || !std::isfinite((*row)["iter_num"])) continue;
    last = IterationMetrics{static_cast<int>((*row)["iter_num"]), (*row)["loss"],
                            (*row)["rmse_epa"], (*row)["rmse_f_comp"]};
  }
  return last;
}

std::optional<IterationMetrics> read_last_metrics(const std::filesystem::path& file) {
  std::ifstream in(file);
  return last_metrics({std::istreambuf_iterator<char>(in), {}});
}

}  // namespace mlip::fit::pacemaker
