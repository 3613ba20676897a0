#include "report/parity.hpp"

#include <fmt/format.h>

namespace mlip::report {

std::vector<Pair> pairs_of(const Json& set, const Quantity& quantity) {
  std::vector<Pair> pairs;
  for (const Json& pair : child(child(set, "parity"), quantity.parity))
    if (pair.is_array() && pair.size() == 2 && pair[0].is_number() && pair[1].is_number())
      pairs.push_back({pair[0].get<double>(), pair[1].get<double>()});
  return pairs;
}

Figure parity_figure(const Quantity& quantity, const std::string& against) {
  Figure figure;
  figure.compact = figure.diagonal = true;
  figure.title = fmt::format("{}: potential against {}", quantity.name, against);
  figure.x_label = fmt::format("{} ({})", against, quantity.unit);
  figure.y_label = fmt::format("potential ({})", quantity.unit);
  return figure;
}

}  // namespace mlip::report
