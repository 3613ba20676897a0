#include "ace/projector.hpp"

#include <algorithm>

#include "ace/atomic_base.hpp"
#include "ace/function_program.hpp"
#include "core/error.hpp"
#include "core/vectorise.hpp"

namespace mlip::ace {

namespace {

struct Scratch final : Projector::Workspace {
  Neighborhood hood;
  LaneBuffer sums, A;
  std::vector<double> components;  // A of the one atom
  std::vector<double> jacobian;
  LaneBuffer R, dR, Y;     // of one group; Y: [harmonic][Y, x, y, z]
  LaneBuffer derivatives;  // [component of one species][x, y, z]
  LaneBuffer tile;         // [function][x, y, z]

  void resize(const BaseShape& shape, const FunctionProgram& program) {
    jacobian.resize(program.jacobian_size);
    R.resize(static_cast<std::size_t>(shape.radial * (shape.lmax + 1)));
    dR.resize(R.size());
    Y.resize(4 * shape.harmonics());
    derivatives.resize(3 * shape.stride());
    tile.resize(3 * program.functions);
  }
};

/// dA/dr of every component for one group; Y and R as in Scratch.
MLIP_VECTORISE void derivative_rows(const BaseShape& shape, const Lane* dg, const Lane* u,
                                    Scratch& scratch) {
  Lane* to = scratch.derivatives.data();
  for (int k = 0; k < shape.radial_base; ++k, to += 3)
    for (int c = 0; c < 3; ++c) to[c] = dg[k] * u[c];
  const Lane *R = scratch.R.data(), *dR = scratch.dR.data();
  for (int n = 0; n < shape.radial; ++n)
    for (int l = 0; l <= shape.lmax; ++l, ++R, ++dR)
      for (int h = l * l; h < (l + 1) * (l + 1); ++h, to += 3) {
        const Lane* Y = scratch.Y.data() + 4 * h;
        const Lane radial = *dR * Y[0];
        for (int c = 0; c < 3; ++c) to[c] = radial * u[c] + *R * Y[c + 1];
      }
}

/// tile[f] = Σ_a J[f][a] derivatives[a] over the blocks of one species.
MLIP_VECTORISE void contract(const FunctionProgram::SpeciesBlocks& species, std::size_t functions,
                             const double* jacobian, const Lane* derivatives, Lane* tile) {
  for (std::size_t f = 0; f < functions; ++f) {
    Lane x = {}, y = {}, z = {};
    for (std::uint32_t b = species.first_block[f]; b < species.first_block[f + 1]; ++b) {
      const JacobianBlock block = species.blocks[b];
      const double* J = jacobian + block.value;
      const Lane* rows = derivatives + 3 * block.component;
      for (std::uint32_t i = 0; i < block.count; ++i) {
        x += J[i] * rows[3 * i];
        y += J[i] * rows[3 * i + 1];
        z += J[i] * rows[3 * i + 2];
      }
    }
    tile[3 * f] = x;
    tile[3 * f + 1] = y;
    tile[3 * f + 2] = z;
  }
}

/// Eight functions from `f` on of one coordinate: `rows` are those of the lanes.
MLIP_INLINE void scatter_block(const Lane* tile, std::size_t f, std::size_t functions,
                               double* const* rows) {
  typedef double Unaligned __attribute__((vector_size(sizeof(Lane)), aligned(8), may_alias));
  const std::size_t count = std::min(lanes, functions - f);
  Lane block[lanes] = {};
  for (std::size_t i = 0; i < count; ++i) block[i] = tile[3 * (f + i)];
  transpose(block);
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    if (!rows[lane]) continue;
    if (count == lanes)
      *reinterpret_cast<Unaligned*>(rows[lane] + f) = block[lane];
    else
      for (std::size_t i = 0; i < count; ++i) rows[lane][f + i] = block[lane][i];
  }
}

/// Rows of the occupied lanes.
MLIP_VECTORISE void scatter(const Lane* tile, std::size_t functions, const int* original,
                            double* gradients) {
  for (std::size_t c = 0; c < 3; ++c) {
    double* rows[lanes];
    for (std::size_t lane = 0; lane < lanes; ++lane)
      rows[lane] = original[lane] < 0
                       ? nullptr
                       : gradients + (3 * static_cast<std::size_t>(original[lane]) + c) * functions;
    for (std::size_t f = 0; f < functions; f += lanes) scatter_block(tile + c, f, functions, rows);
  }
}

/// A of one atom.
const double* find_base(const AtomicBase& base, std::span<const AtomNeighbor> neighbors,
                        Scratch& scratch) {
  const BaseShape& shape = base.shape();
  scratch.sums.zero(shape.sums());
  scratch.A.resize(shape.size());
  base.gather(neighbors, scratch.hood, scratch.sums.data(), 0);
  base.combine(scratch.sums.data(), scratch.A.data());
  scratch.components.resize(shape.size());
  for (std::size_t i = 0; i < shape.size(); ++i) scratch.components[i] = scratch.A.data()[i][0];
  return scratch.components.data();
}

void differentiate(const AtomicBase& base, int mu, std::size_t group, Scratch& scratch) {
  const GroupLayout& layout = base.layout();
  Lane* rows = scratch.hood.rows.data() + group * layout.rows;
  base.radial(mu, rows + GroupLayout::g, scratch.R.data());
  base.radial(mu, rows + layout.dg, scratch.dR.data());
  base.harmonics().differentiate(rows + GroupLayout::unit, rows[GroupLayout::inverse],
                                 layout.factors(rows), scratch.Y.data());
  derivative_rows(base.shape(), rows + layout.dg, rows + GroupLayout::unit, scratch);
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
  const double* A = find_base(base, neighbors, scratch);
  const auto columns = static_cast<Eigen::Index>(program.functions);
  values.resize(columns);
  if (!gradients) return evaluate_values(program, A, values.data());

  scratch.resize(base.shape(), program);
  evaluate_jacobian(program, A, values.data(), scratch.jacobian.data());
  const auto rows = static_cast<Eigen::Index>(3 * neighbors.size());
  if (gradients->cols() != columns || gradients->rows() < rows) gradients->resize(rows, columns);
  const Neighborhood& hood = scratch.hood;
  std::size_t placed = 0;
  for (std::size_t mu = 0; mu + 1 < hood.first.size(); ++mu)
    for (std::size_t group = hood.first[mu]; group < hood.first[mu + 1]; ++group) {
      differentiate(base, static_cast<int>(mu), group, scratch);
      contract(program.species[mu], program.functions, scratch.jacobian.data(),
               scratch.derivatives.data(), scratch.tile.data());
      const int* original = &hood.original[group * lanes];
      scatter(scratch.tile.data(), program.functions, original, gradients->data());
      placed += lanes - static_cast<std::size_t>(std::count(original, original + lanes, -1));
    }
  if (placed == neighbors.size()) return;
  for (std::size_t k = 0; k < neighbors.size(); ++k)
    if (std::ranges::find(hood.original, static_cast<int>(k)) == hood.original.end())
      gradients->middleRows(3 * static_cast<Eigen::Index>(k), 3).setZero();
}

}  // namespace mlip::ace
