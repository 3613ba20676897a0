#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <set>

#include "ace/file_names.hpp"
#include "ace/files.hpp"
#include "ace/yaml_node.hpp"
#include "core/file.hpp"

namespace mlip::ace {

namespace {

constexpr BondKeys keys = {"nradmax", "lmax", "nradbasemax", "radbasename",
                           "rcut",    "dcut", "rcut_in",     "dcut_in"};

void check_factors(const YamlNode& node, const CTildeFunction& f, const CTildePotential& potential,
                   int mu0) {
  const auto n = static_cast<int>(potential.elements.size());
  for (std::size_t t = 0; t < f.mus.size(); ++t) {
    const Bond& bond = potential.bonds[static_cast<std::size_t>(mu0 * n + f.mus[t])];
    const bool base = f.mus.size() == 1;
    if (f.ns[t] > (base ? bond.nradbasemax : bond.nradmax))
      node.at("ns").fail(fmt::format("has {}, more than the bond has", f.ns[t]));
    if (f.ls[t] > (base ? 0 : bond.lmax))
      node.at("ls").fail(fmt::format("has {}, more than the bond has", f.ls[t]));
    for (std::size_t k = t; k < f.ms.size(); k += f.mus.size())
      if (std::abs(f.ms[k]) > f.ls[t])
        node.at("ms_combs").fail(fmt::format("has {} beside l = {}", f.ms[k], f.ls[t]));
  }
}

CTildeFunction read_function(const YamlNode& node, const CTildePotential& potential, int mu0) {
  CTildeFunction f;
  const int rank = node.at("rank").integer(1, largest_rank);
  const int densities = potential.embeddings[static_cast<std::size_t>(mu0)].densities();
  if (node.at("ndensity").integer(1, largest_densities) != densities)
    node.at("ndensity").fail("differs from the embedding's", "make them equal");
  const int tuples = node.at("num_ms_combs").integer(0, 10'000'000);
  f.mus = node.at("mus").integers(0, static_cast<int>(potential.elements.size()) - 1);
  f.ns = node.at("ns").integers(1, largest_n);
  f.ls = node.at("ls").integers(0, largest_l);
  f.ms = node.at("ms_combs").integers(-largest_l, largest_l);
  f.coefficients = node.at("ctildes").numbers();
  const auto r = static_cast<std::size_t>(rank), m = static_cast<std::size_t>(tuples);
  if (f.mus.size() != r || f.ns.size() != r || f.ls.size() != r)
    node.fail(fmt::format("'mus', 'ns' and 'ls' need {} numbers each", rank));
  if (f.ms.size() != r * m || f.coefficients.size() != m * static_cast<std::size_t>(densities))
    node.fail(fmt::format("'ms_combs' or 'ctildes' do not fit {} tuples", tuples));
  check_factors(node, f, potential, mu0);
  return f;
}

void read_bonds(const YamlNode& node, CTildePotential& potential) {
  const auto n = static_cast<int>(potential.elements.size());
  potential.bonds.resize(static_cast<std::size_t>(n * n));
  std::set<std::size_t> seen;
  for (const auto& [key, value] : node.entries()) {
    const std::vector<int> pair = key.integers(0, n - 1);
    if (pair.size() != 2) key.fail("has a key that is no pair of species");
    const auto place = static_cast<std::size_t>(pair[0] * n + pair[1]);
    Bond& bond = potential.bonds[place];
    bond = read_bond(value, keys);
    bond.core_prefactor = value.at("prehc").number();
    bond.core_exponent = value.at("lambdahc").number();
    if (!seen.insert(place).second) key.fail("lists a pair twice");
  }
  if (seen.size() != potential.bonds.size())
    node.fail(fmt::format("has {} of {} ordered pairs", seen.size(), potential.bonds.size()),
              "list every pair in both orders");
}

std::string bond_text(const Bond& bond) {
  return fmt::format(
      "{{nradmax: {}, lmax: {}, nradbasemax: {}, radbasename: {}, radparameters: {}, "
      "radcoefficients: {}, prehc: {}, lambdahc: {}, rcut: {}, dcut: {}, rcut_in: {}, dcut_in: {}, "
      "inner_cutoff_type: {}}}",
      bond.nradmax, bond.lmax, bond.nradbasemax, file_name(bond.basis), list_text(bond.parameters),
      nested_coefficients(bond), number_text(bond.core_prefactor), number_text(bond.core_exponent),
      number_text(bond.rcut), number_text(bond.dcut), number_text(bond.rcut_in),
      number_text(bond.dcut_in), file_name(bond.inner));
}

std::string function_text(const CTildeFunction& f, int mu0, int densities) {
  return fmt::format(
      "    - {{mu0: {}, rank: {}, ndensity: {}, num_ms_combs: {}, mus: {}, ns: {}, ls: {}, "
      "ms_combs: "
      "{}, ctildes: {}}}\n",
      mu0, f.mus.size(), densities, f.ms.size() / f.mus.size(), list_text(f.mus), list_text(f.ns),
      list_text(f.ls), list_text(f.ms), list_text(f.coefficients));
}

std::string functions_text(const CTildePotential& potential) {
  std::string out = "functions:\n";
  for (std::size_t mu = 0; mu < potential.functions.size(); ++mu) {
    out += fmt::format("  {}:{}\n", mu, potential.functions[mu].empty() ? " []" : "");
    for (const CTildeFunction& f : potential.functions[mu])
      out += function_text(f, static_cast<int>(mu), potential.embeddings[mu].densities());
  }
  return out;
}

}  // namespace

CTildePotential read_yace(const std::filesystem::path& file) {
  const YamlNode root = YamlNode::load(file);
  CTildePotential potential;
  for (const YamlNode& each : root.at("elements").list())
    potential.elements.push_back(read_element(each));
  const std::size_t n = potential.elements.size();
  if (n == 0 || n > 118) root.at("elements").fail("is no list of elements");
  if (std::set(potential.elements.begin(), potential.elements.end()).size() != n)
    root.at("elements").fail("names an element twice");
  potential.E0 = root.has("E0") ? root.at("E0").numbers() : std::vector<double>(n, 0);
  if (potential.E0.size() != n) root.at("E0").fail("needs one number an element");
  potential.delta_spline_bins = root.number_or("deltaSplineBins", 0.001);
  const YamlNode embeddings = root.at("embeddings"), functions = root.at("functions");
  for (std::size_t mu = 0; mu < n; ++mu)
    potential.embeddings.push_back(read_embedding(embeddings.at(static_cast<int>(mu)), "ndensity",
                                                  "FS_parameters", "rho_core_cutoff",
                                                  "drho_core_cutoff"));
  read_bonds(root.at("bonds"), potential);
  for (int mu = 0; mu < static_cast<int>(n); ++mu) {
    potential.functions.emplace_back();
    for (const YamlNode& each : functions.at(mu).list())
      potential.functions.back().push_back(read_function(each, potential, mu));
  }
  return potential;
}

void write_yace(const Potential& potential, const std::filesystem::path& file) {
  const CTildePotential ctilde = to_ctilde(potential);
  std::string out = fmt::format("elements: [{}]\n", fmt::join(ctilde.elements, ", "));
  out += fmt::format("E0: {}\ndeltaSplineBins: {}\nembeddings:\n", list_text(ctilde.E0),
                     number_text(ctilde.delta_spline_bins));
  for (std::size_t mu = 0; mu < ctilde.embeddings.size(); ++mu) {
    const Embedding& each = ctilde.embeddings[mu];
    out += fmt::format(
        "  {}: {{ndensity: {}, FS_parameters: {}, npoti: {}, rho_core_cutoff: {}, "
        "drho_core_cutoff: {}}}\n",
        mu, each.densities(), list_text(each.parameters), file_name(each.kind),
        number_text(each.rho_core_cutoff), number_text(each.drho_core_cutoff));
  }
  out += "bonds:\n";
  const std::size_t n = ctilde.elements.size();
  for (std::size_t i = 0; i < n * n; ++i)
    out += fmt::format("  [{}, {}]: {}\n", i / n, i % n, bond_text(ctilde.bonds[i]));
  core::write_atomically(file, out + functions_text(ctilde));
}

}  // namespace mlip::ace
