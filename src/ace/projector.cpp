#include "ace/projector.hpp"

#include <algorithm>

#include "ace/atomic_base.hpp"
#include "ace/function_program.hpp"
#include "ace/vectorise.hpp"
#include "core/error.hpp"

namespace mlip::ace {

namespace {

constexpr std::size_t width = 3 * lanes;  // x, y and z of one group of neighbours

struct Scratch final : Projector::Workspace {
  Neighborhood hood;
  std::vector<double> jacobian;
  std::vector<double> derivatives;  // [component of one species][x, y, z][lane]
  std::vector<double> tile;         // [function][x, y, z][lane]
};

struct LaneGroup {
  const double *ux, *uy, *uz;
};

/// dA/dr of one component g_k for one group of lanes.
void radial_rows(const double* dg, const LaneGroup& u, double* row) {
  for (std::size_t i = 0; i < lanes; ++i) {
    row[i] = dg[i] * u.ux[i];
    row[lanes + i] = dg[i] * u.uy[i];
    row[2 * lanes + i] = dg[i] * u.uz[i];
  }
}

void derivative_rows(const BaseShape& shape, const Neighborhood& hood, std::size_t group,
                     double* rows) {
  const std::size_t n = hood.padded;
  const LaneGroup u = {&hood.ux[group], &hood.uy[group], &hood.uz[group]};
  for (int k = 0; k < shape.radial_base; ++k, rows += width)
    radial_rows(&hood.dg[static_cast<std::size_t>(k) * n + group], u, rows);
  for (int nr = 0; nr < shape.radial; ++nr)
    for (int l = 0; l <= shape.lmax; ++l) {
      const std::size_t nl = static_cast<std::size_t>(nr * (shape.lmax + 1) + l) * n + group;
      const double *R = &hood.R[nl], *dR = &hood.dR[nl];
      for (int h = l * l; h < (l + 1) * (l + 1); ++h, rows += width) {
        const std::size_t y = static_cast<std::size_t>(h) * n + group;
        const double *Y = &hood.Y[y], *Yx = &hood.Yx[y], *Yy = &hood.Yy[y], *Yz = &hood.Yz[y];
        for (std::size_t i = 0; i < lanes; ++i) {
          const double radial = dR[i] * Y[i];
          rows[i] = radial * u.ux[i] + R[i] * Yx[i];
          rows[lanes + i] = radial * u.uy[i] + R[i] * Yy[i];
          rows[2 * lanes + i] = radial * u.uz[i] + R[i] * Yz[i];
        }
      }
    }
}

/// tile[f] = Σ_a J[f][a] derivatives[a] over the blocks of one species.
MLIP_VECTORISE void contract(const FunctionProgram::SpeciesBlocks& species, std::size_t functions,
                             const double* jacobian, const double* derivatives, double* tile) {
  typedef double Lane __attribute__((vector_size(lanes * sizeof(double)), aligned(8)));
  for (std::size_t f = 0; f < functions; ++f) {
    Lane x = {}, y = {}, z = {};
    for (std::uint32_t b = species.first_block[f]; b < species.first_block[f + 1]; ++b) {
      const JacobianBlock block = species.blocks[b];
      const double* J = jacobian + block.value;
      const Lane* rows = reinterpret_cast<const Lane*>(derivatives + block.component * width);
      for (std::uint32_t i = 0; i < block.count; ++i) {
        x += J[i] * rows[3 * i];
        y += J[i] * rows[3 * i + 1];
        z += J[i] * rows[3 * i + 2];
      }
    }
    Lane* out = reinterpret_cast<Lane*>(tile + f * width);
    out[0] = x;
    out[1] = y;
    out[2] = z;
  }
}

/// Rows of the occupied lanes; eight functions at a time so that both sides stay in cache lines.
MLIP_VECTORISE void scatter(const double* tile, std::size_t functions, const int* original,
                            double* gradients) {
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    if (original[lane] < 0) continue;
    double* row = gradients + static_cast<std::size_t>(original[lane]) * 3 * functions;
    for (std::size_t c = 0; c < 3; ++c, row += functions)
      for (std::size_t f = 0; f < functions; ++f) row[f] = tile[f * width + c * lanes + lane];
  }
}

}  // namespace

struct Projector::Tables {
  struct Species {
    AtomicBase base;
    FunctionProgram program;
  };
  std::vector<Species> species;
};

Projector::Projector(const Potential& potential) {
  Tables tables;
  const auto n = static_cast<int>(potential.species());
  for (int mu = 0; mu < n; ++mu) {
    AtomicBase base(potential.bonds, n, mu);
    FunctionProgram program =
        compile(potential.functions[static_cast<std::size_t>(mu)], base.shape());
    tables.species.push_back({std::move(base), std::move(program)});
  }
  tables_ = std::make_unique<const Tables>(std::move(tables));
}

Projector::Projector(Projector&&) noexcept = default;
Projector::~Projector() = default;

std::unique_ptr<Projector::Workspace> Projector::make_workspace() const {
  return std::make_unique<Scratch>();
}

std::size_t Projector::function_count(int species) const {
  return tables_->species[static_cast<std::size_t>(species)].program.functions;
}

void Projector::atom(int species, std::span<const AtomNeighbor> neighbors, Workspace& workspace,
                     Eigen::VectorXd& values, Gradients* gradients) const {
  const auto& [base, program] = tables_->species[static_cast<std::size_t>(species)];
  auto& scratch = static_cast<Scratch&>(workspace);
  Neighborhood& hood = scratch.hood;
  base.gather(neighbors, hood);
  base.accumulate(hood);
  const auto columns = static_cast<Eigen::Index>(program.functions);
  values.resize(columns);
  if (!gradients) return evaluate_values(program, hood.A.data(), values.data());

  scratch.jacobian.resize(program.jacobian_size);
  scratch.derivatives.resize(base.shape().stride() * width);
  scratch.tile.resize(program.functions * width);
  evaluate_jacobian(program, hood.A.data(), values.data(), scratch.jacobian.data());
  const auto rows = static_cast<Eigen::Index>(3 * neighbors.size());
  if (gradients->cols() != columns || gradients->rows() < rows) gradients->resize(rows, columns);
  std::size_t placed = 0;
  for (std::size_t mu = 0; mu + 1 < hood.first.size(); ++mu)
    for (std::size_t group = hood.first[mu]; group < hood.first[mu + 1]; group += lanes) {
      derivative_rows(base.shape(), hood, group, scratch.derivatives.data());
      contract(program.species[mu], program.functions, scratch.jacobian.data(),
               scratch.derivatives.data(), scratch.tile.data());
      scatter(scratch.tile.data(), program.functions, &hood.original[group], gradients->data());
      for (std::size_t i = 0; i < lanes; ++i) placed += hood.original[group + i] >= 0;
    }
  if (placed == neighbors.size()) return;
  for (std::size_t k = 0; k < neighbors.size(); ++k)
    if (std::ranges::find(hood.original, static_cast<int>(k)) == hood.original.end())
      gradients->middleRows(3 * static_cast<Eigen::Index>(k), 3).setZero();
}

}  // namespace mlip::ace
