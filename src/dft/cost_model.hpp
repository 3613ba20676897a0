/// What labels really cost, learned from those that are done.
#pragma once

#include <vector>

namespace mlip::dft {

/// Seconds as a power of predicted ones, with a factor, and what labels of nearly the same
/// prediction, as all of one cell have it, take beyond that.
struct CostLaw {
  struct Point {
    double predicted, beyond, weight;
  };
  double center = 0, offset = 0, power = 1;  ///< of logarithms
  std::vector<Point> near;                   ///< the same, of the latest labels
  [[nodiscard]] double seconds(double predicted) const;
};

class CostModel {
 public:
  /// A label predicted to cost `predicted` (any unit, > 0) took `seconds`.
  void learn(double predicted, double seconds);
  /// Ridge regression of logarithms towards the prediction itself, with a mean that is right in
  /// seconds (smearing estimate, doi:10.2307/2288126); the factor is that of the latest twenty or
  /// so.  The prediction itself where nothing was learned.
  [[nodiscard]] CostLaw law() const;

 private:
  struct Point {
    double predicted, seconds;  ///< logarithms
  };
  std::vector<Point> points_;
};

}  // namespace mlip::dft
