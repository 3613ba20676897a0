#include "ace/function_program.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "ace/coupling.hpp"
#include "ace/file_names.hpp"
#include "core/error.hpp"

namespace mlip::ace {

namespace {

using Channel = std::array<int, 3>;    // mu, n, l
using Component = std::array<int, 4>;  // mu, n, l, m
using Tuple = std::vector<Component>;

Tuple sorted_tuple(const Function& f, const std::vector<int>& m, int sign) {
  Tuple tuple;
  for (std::size_t t = 0; t < m.size(); ++t)
    tuple.push_back({f.mus[t], f.ns[t] - 1, f.ls[t], sign * m[t]});
  std::sort(tuple.begin(), tuple.end());
  return tuple;
}

/// Equal products merged; a product and its complex conjugate have the same real part.
std::map<Tuple, double> merged_tuples(const Function& f) {
  std::map<Tuple, double> merged;
  for (const Coupling& coupling : couplings(f.ls, f.LS))
    merged[std::max(sorted_tuple(f, coupling.m, 1), sorted_tuple(f, coupling.m, -1))] +=
        coupling.value;
  std::erase_if(merged, [](const auto& each) { return std::abs(each.second) < 1e-15; });
  return merged;
}

class FunctionCompiler {
 public:
  FunctionCompiler(const BaseShape& shape, std::size_t functions) : shape_(shape) {
    program_.functions = functions;
    program_.species.resize(static_cast<std::size_t>(shape.species));
    for (auto& each : program_.species) each.first_block.push_back(0);
  }

  void add(const Function& f, std::int32_t column) {
    if (f.rank() == 1)
      add_rank_one(f, column);
    else
      add_product(f, column);
    for (auto& each : program_.species)
      each.first_block.push_back(static_cast<std::uint32_t>(each.blocks.size()));
  }

  FunctionProgram take() {
    program_.jacobian_size = next_slot_;
    return std::move(program_);
  }

 private:
  void add_rank_one(const Function& f, std::int32_t column) {
    const std::size_t component = shape_.base(f.mus[0], f.ns[0] - 1);
    program_.rank_one.push_back({column, static_cast<std::int32_t>(component), next_slot_});
    add_block(f.mus[0], component, 1);
  }

  void add_block(int mu, std::size_t component, std::uint32_t count) {
    const std::size_t offset = component - static_cast<std::size_t>(mu) * shape_.stride();
    program_.species[static_cast<std::size_t>(mu)].blocks.push_back(
        {next_slot_, static_cast<std::uint32_t>(offset), count});
    next_slot_ += count;
  }

  void add_product(const Function& f, std::int32_t column) {
    std::map<Channel, std::int32_t> slots;
    for (std::size_t t = 0; t < f.mus.size(); ++t) {
      const Channel channel = {f.mus[t], f.ns[t] - 1, f.ls[t]};
      if (!slots.try_emplace(channel, static_cast<std::int32_t>(next_slot_)).second) continue;
      const int l = channel[2];
      add_block(channel[0], shape_.at(channel[0], channel[1], l * l),
                static_cast<std::uint32_t>(2 * l + 1));
    }
    RankTable& table = table_of(f.rank());
    table.function.push_back(column);
    for (const auto& [tuple, weight] : merged_tuples(f)) {
      table.weight.push_back(weight);
      for (const Component& c : tuple)
        table.factors.push_back(make_factor(c, slots.at({c[0], c[1], c[2]})));
    }
    table.first_tuple.push_back(table.weight.size());
  }

  RankTable& table_of(int rank) {
    for (RankTable& table : program_.ranks)
      if (table.rank == rank) return table;
    RankTable& table = program_.ranks.emplace_back();
    table.rank = rank;
    table.first_tuple.push_back(0);
    return table;
  }

  [[nodiscard]] Factor make_factor(const Component& c, std::int32_t slot) const {
    const auto [mu, n, l, m] = c;
    const int size = std::abs(m), re = harmonic_index(l, size),
              im = harmonic_index(l, size, m != 0);
    const double sign = m < 0 && size % 2 ? -1 : 1;
    return {static_cast<std::int32_t>(shape_.at(mu, n, re)),
            static_cast<std::int32_t>(shape_.at(mu, n, im)),
            slot + re - l * l,
            slot + im - l * l,
            sign,
            m == 0 ? 0 : (m < 0 ? -sign : sign)};
  }

  BaseShape shape_;
  FunctionProgram program_;
  std::uint32_t next_slot_ = 0;
};

struct Complex {
  double re, im;
};

inline Complex operator*(Complex a, Complex b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

inline Complex load(const Factor& f, const double* A) {
  return {f.re_scale * A[f.re], f.im_scale * A[f.im]};
}

/// `others` is the derivative of Re Π with respect to this factor.
inline void add_derivative(const Factor& f, Complex others, double* jacobian) {
  jacobian[f.slot_re] += f.re_scale * others.re;
  jacobian[f.slot_im] -= f.im_scale * others.im;
}

double add_tuple_2(const Factor* f, const double* A, double weight, double* jacobian) {
  const Complex a = load(f[0], A), b = load(f[1], A);
  add_derivative(f[0], {weight * b.re, weight * b.im}, jacobian);
  add_derivative(f[1], {weight * a.re, weight * a.im}, jacobian);
  return weight * (a.re * b.re - a.im * b.im);
}

double add_tuple_3(const Factor* f, const double* A, double weight, double* jacobian) {
  const Complex a = load(f[0], A), b = load(f[1], A), c = load(f[2], A);
  const Complex wc = {weight * c.re, weight * c.im}, ab = a * b;
  add_derivative(f[0], b * wc, jacobian);
  add_derivative(f[1], a * wc, jacobian);
  add_derivative(f[2], {weight * ab.re, weight * ab.im}, jacobian);
  return ab.re * wc.re - ab.im * wc.im;
}

double add_tuple_4(const Factor* f, const double* A, double weight, double* jacobian) {
  const Complex a = load(f[0], A), b = load(f[1], A), c = load(f[2], A), d = load(f[3], A);
  const Complex wd = {weight * d.re, weight * d.im}, ab = a * b, cd = c * wd;
  const Complex wab = {weight * ab.re, weight * ab.im};
  add_derivative(f[0], b * cd, jacobian);
  add_derivative(f[1], a * cd, jacobian);
  add_derivative(f[2], ab * wd, jacobian);
  add_derivative(f[3], wab * c, jacobian);
  return ab.re * cd.re - ab.im * cd.im;
}

double add_tuple(const Factor* f, int rank, const double* A, double weight, double* jacobian) {
  Complex prefix[largest_rank + 1];
  prefix[0] = {weight, 0};
  for (int t = 0; t < rank; ++t) prefix[t + 1] = prefix[t] * load(f[t], A);
  Complex suffix = {1, 0};
  for (int t = rank - 1; t >= 0; --t) {
    add_derivative(f[t], prefix[t] * suffix, jacobian);
    suffix = suffix * load(f[t], A);
  }
  return prefix[rank].re;
}

template <class Add>
void sweep(const RankTable& table, double* values, const Add& add) {
  for (std::size_t f = 0; f < table.function.size(); ++f) {
    double sum = 0;
    for (std::size_t t = table.first_tuple[f]; t < table.first_tuple[f + 1]; ++t)
      sum += add(&table.factors[t * static_cast<std::size_t>(table.rank)], table.weight[t]);
    values[table.function[f]] = sum;
  }
}

}  // namespace

FunctionProgram compile(const std::vector<Function>& functions, const BaseShape& shape) {
  FunctionCompiler compiler(shape, functions.size());
  for (std::size_t f = 0; f < functions.size(); ++f) {
    MLIP_ASSERT(functions[f].rank() >= 1 && functions[f].rank() <= largest_rank);
    compiler.add(functions[f], static_cast<std::int32_t>(f));
  }
  return compiler.take();
}

void evaluate_values(const FunctionProgram& program, const double* A, double* values) {
  for (const auto& each : program.rank_one) values[each.function] = A[each.component];
  for (const RankTable& table : program.ranks)
    sweep(table, values, [&](const Factor* f, double weight) {
      Complex product = load(f[0], A);
      for (int t = 1; t < table.rank; ++t) product = product * load(f[t], A);
      return weight * product.re;
    });
}

void evaluate_jacobian(const FunctionProgram& program, const double* A, double* values,
                       double* jacobian) {
  std::fill_n(jacobian, program.jacobian_size, 0.0);
  for (const auto& each : program.rank_one) {
    values[each.function] = A[each.component];
    jacobian[each.slot] = 1;
  }
  for (const RankTable& table : program.ranks) {
    const int rank = table.rank;
    const auto with = [&](auto add_fixed) {
      sweep(table, values, [&](const Factor* f, double w) { return add_fixed(f, A, w, jacobian); });
    };
    if (rank == 2)
      with(add_tuple_2);
    else if (rank == 3)
      with(add_tuple_3);
    else if (rank == 4)
      with(add_tuple_4);
    else
      with([rank](const Factor* f, const double* a, double w, double* j) {
        return add_tuple(f, rank, a, w, j);
      });
  }
}

}  // namespace mlip::ace
