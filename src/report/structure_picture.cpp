#include "report/structure_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "core/element.hpp"
#include "core/error.hpp"
#include "report/element_colors.hpp"

namespace mlip::report {

namespace {

using core::Vec3;

struct Edge {
  Vec3 from, to;
};

/// Turned by 20° to the left, then tipped by 15° towards the eye: x to the right, y up, z nearer.
core::Mat3 view() {
  constexpr double turn = -20 * std::numbers::pi / 180, tip = 15 * std::numbers::pi / 180;
  core::Mat3 turned, tipped, upright;
  turned << std::cos(turn), -std::sin(turn), 0, std::sin(turn), std::cos(turn), 0, 0, 0, 1;
  upright << 1, 0, 0, 0, 0, 1, 0, -1, 0;
  tipped << 1, 0, 0, 0, std::cos(tip), -std::sin(tip), 0, std::sin(tip), std::cos(tip);
  return tipped * upright * turned;
}

double ball_radius(int number) {
  return 0.7 * core::element(number).covalent_radius;
}

/// Whether the atoms fill half of the cell along some axis that repeats.
bool cell_matters(const core::Structure& structure) {
  if (!structure.cell.any_periodic() || structure.cell.volume() == 0) return false;
  Vec3 low = Vec3::Constant(1e300), high = -low;
  for (const Vec3& position : structure.positions) {
    const Vec3 fractional = structure.to_fractional(position).value;
    low = low.cwiseMin(fractional);
    high = high.cwiseMax(fractional);
  }
  for (int axis = 0; axis < 3; ++axis) {
    const double length = structure.cell.vectors.row(axis).norm();
    if (structure.cell.periodic[std::size_t(axis)] && (high[axis] - low[axis] > 0.5 || length < 6))
      return true;
  }
  return false;
}

std::vector<Edge> cell_edges(const core::Structure& structure) {
  std::vector<Edge> edges;
  if (!cell_matters(structure)) return edges;
  const core::Mat3 turned = structure.cell.vectors * view().transpose();
  for (int axis = 0; axis < 3; ++axis)
    for (int corner = 0; corner < 4; ++corner) {
      const Vec3 from =
          (corner & 1) * turned.row((axis + 1) % 3) + (corner >> 1) * turned.row((axis + 2) % 3);
      edges.push_back({from, from + turned.row(axis).transpose()});
    }
  return edges;
}

struct Ball {
  Vec3 center;
  int number;
};

/// Those to draw, the farthest first.
std::vector<Ball> balls_of(const core::Structure& structure) {
  std::vector<Ball> balls;
  for (std::size_t i = 0; i < structure.size(); ++i)
    balls.push_back({view() * structure.positions[i], structure.numbers[i]});
  std::stable_sort(balls.begin(), balls.end(),
                   [](const Ball& a, const Ball& b) { return a.center[2] < b.center[2]; });
  if (balls.size() > most_atoms_drawn)
    balls.erase(balls.begin(), balls.end() - std::ptrdiff_t(most_atoms_drawn));
  return balls;
}

/// What is drawn in the plane of the picture, Å.
struct PictureFrame {
  double left = 1e300, right = -1e300, bottom = 1e300, top = -1e300;
  void hold(const Vec3& point, double radius) {
    left = std::min(left, point[0] - radius);
    right = std::max(right, point[0] + radius);
    bottom = std::min(bottom, point[1] - radius);
    top = std::max(top, point[1] + radius);
  }
};

std::string line(const Edge& edge) {
  return fmt::format("<line x1=\"{:.2f}\" y1=\"{:.2f}\" x2=\"{:.2f}\" y2=\"{:.2f}\"/>",
                     edge.from[0], -edge.from[1], edge.to[0], -edge.to[1]);
}

std::string circle(const Ball& ball) {
  return fmt::format("<circle cx=\"{:.2f}\" cy=\"{:.2f}\" r=\"{:.2f}\" fill=\"url(#ball{})\"/>",
                     ball.center[0], -ball.center[1], ball_radius(ball.number), ball.number);
}

/// Edges behind the middle of the balls first, the others over them.
std::string drawn(const std::vector<Edge>& edges, const std::vector<Ball>& balls) {
  double middle = 0;
  for (const Edge& edge : edges) middle += (edge.from[2] + edge.to[2]) / 2 / double(edges.size());
  std::string behind, before, circles;
  for (const Edge& edge : edges)
    (edge.from[2] + edge.to[2] < 2 * middle ? behind : before) += line(edge);
  for (const Ball& ball : balls) circles += circle(ball);
  return "<g class=\"cell\">" + behind + "</g>" + circles + "<g class=\"cell\">" + before + "</g>";
}

}  // namespace

std::string picture(const core::Structure& structure) {
  MLIP_ASSERT(core::is_finite(structure));
  const auto edges = cell_edges(structure);
  const auto balls = balls_of(structure);
  PictureFrame frame;
  for (const Edge& edge : edges)
    for (const Vec3& end : {edge.from, edge.to}) frame.hold(end, 0);
  for (const Ball& ball : balls) frame.hold(ball.center, ball_radius(ball.number));
  if (edges.empty() && balls.empty()) frame = {0, 1, 0, 1};
  const double rim = 0.02 * std::max(frame.right - frame.left, frame.top - frame.bottom);
  return fmt::format(
      "<svg class=\"picture\" viewBox=\"{:.2f} {:.2f} {:.2f} {:.2f}\" role=\"img\" "
      "aria-label=\"{}\">{}</svg>",
      frame.left - rim, -frame.top - rim, frame.right - frame.left + 2 * rim,
      frame.top - frame.bottom + 2 * rim, structure.formula(), drawn(edges, balls));
}

std::string ball_gradients(const std::set<int>& elements) {
  std::string gradients;
  for (const int number : elements) {
    const std::uint32_t color = element_colors.at(std::size_t(number - 1));
    const auto mixed = [&](double share, std::uint32_t other) {
      std::uint32_t result = 0;
      for (const int shift : {16, 8, 0}) {
        const double own = (color >> shift) & 255, its = (other >> shift) & 255;
        result |= std::uint32_t(std::lround((1 - share) * own + share * its)) << shift;
      }
      return result;
    };
    gradients += fmt::format(
        "<radialGradient id=\"ball{}\" cx=\"0.35\" cy=\"0.3\" r=\"0.75\">"
        "<stop offset=\"0\" stop-color=\"#{:06x}\"/><stop offset=\"0.45\" "
        "stop-color=\"#{:06x}\"/><stop offset=\"1\" stop-color=\"#{:06x}\"/></radialGradient>",
        number, mixed(0.65, 0xffffff), color, mixed(0.45, 0));
  }
  return "<svg width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>" + gradients +
         "</defs></svg>\n";
}

}  // namespace mlip::report
