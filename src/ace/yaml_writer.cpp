#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "ace/file_names.hpp"
#include "ace/files.hpp"
#include "core/file.hpp"

namespace mlip::ace {

namespace {

/// Species of a block: the central one, then the others in ascending order.
using Block = std::vector<int>;
using Blocks = std::map<Block, std::vector<const Function*>>;

Block block_of(const Function& f) {
  std::set<int> others(f.mus.begin(), f.mus.end());
  others.erase(f.mu0);
  Block block = {f.mu0};
  block.insert(block.end(), others.begin(), others.end());
  return block;
}

Blocks blocks_of(const Potential& potential) {
  Blocks blocks;
  const auto n = static_cast<int>(potential.species());
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) blocks[i == j ? Block{i} : Block{i, j}];
  for (const std::vector<Function>& list : potential.functions)
    for (const Function& f : list) blocks[block_of(f)].push_back(&f);
  return blocks;
}

std::string names(const Potential& potential, const std::vector<int>& species) {
  std::vector<std::string> symbols;
  for (int mu : species) symbols.push_back(potential.elements[static_cast<std::size_t>(mu)]);
  return fmt::format("{}", fmt::join(symbols, " "));
}

std::string embedding_text(const Embedding& embedding) {
  return fmt::format(
      "    ndensityi: {}\n    npoti: {}\n    parameters: {}\n    rho_core_cut: {}\n"
      "    drho_core_cut: {}\n",
      embedding.densities(), file_name(embedding.kind), list_text(embedding.parameters),
      number_text(embedding.rho_core_cutoff), number_text(embedding.drho_core_cutoff));
}

std::string basis_bond_text(const Bond& bond) {
  return fmt::format(
      "    nradmaxi: {}\n    lmaxi: {}\n    rcutij: {}\n    dcutij: {}\n"
      "    NameOfCutoffFunctionij: cos\n    r_in: {}\n    delta_in: {}\n    inner_cutoff_type: {}\n"
      "    nradbaseij: {}\n    radbase: {}\n    radparameters: {}\n    radcoefficients: {}\n"
      "    core-repulsion: {}\n",
      bond.nradmax, bond.lmax, number_text(bond.rcut), number_text(bond.dcut),
      number_text(bond.rcut_in), number_text(bond.dcut_in), file_name(bond.inner), bond.nradbasemax,
      file_name(bond.basis), list_text(bond.parameters), nested_coefficients(bond),
      list_text(std::vector<double>{bond.core_prefactor, bond.core_exponent}));
}

std::string function_text(const Potential& potential, const Function& f) {
  std::vector<int> type = {f.mu0};
  type.insert(type.end(), f.mus.begin(), f.mus.end());
  const std::string LS = f.rank() > 2 ? fmt::format(", lint: {}", list_text(f.LS)) : "";
  return fmt::format("      - {{type: {}, nr: {}, nl: {}{}, c: {}}}\n", names(potential, type),
                     list_text(f.ns), list_text(f.ls), LS, list_text(f.coefficients));
}

std::string block_text(const Potential& potential, const Block& block,
                       const std::vector<const Function*>& functions) {
  std::string out = fmt::format("  - speciesblock: {}\n", names(potential, block));
  if (block.size() == 1)
    out += embedding_text(potential.embeddings[static_cast<std::size_t>(block[0])]);
  if (block.size() <= 2) out += basis_bond_text(potential.bond(block.front(), block.back()));
  out += functions.empty() ? "    nbody: []\n" : "    nbody:\n";
  for (const Function* f : functions) out += function_text(potential, *f);
  return out;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      out += {'\\', c};
    else if (code < 0x20)
      out += fmt::format("\\x{:02x}", code);
    else
      out += c;
  }
  return out + "\"";
}

/// The format has no place for E0, so ours travels in the metadata, where other readers leave it
/// alone.
std::string metadata_text(const Potential& potential) {
  std::map<std::string, std::string> metadata = potential.metadata;
  if (std::ranges::any_of(potential.E0, [](double e) { return e != 0; })) {
    std::vector<std::string> numbers;
    for (double e : potential.E0) numbers.push_back(number_text(e));
    metadata["E0"] = fmt::format("{}", fmt::join(numbers, " "));
  }
  if (metadata.empty()) return "";
  std::string out = "metadata:\n";
  for (const auto& [key, value] : metadata)
    out += fmt::format("  {}: {}\n", quoted(key), quoted(value));
  return out;
}

}  // namespace

void write_yaml(const Potential& potential, const std::filesystem::path& file) {
  std::string out = fmt::format("global:\n  DeltaSplineBins: {}\nspecies:\n",
                                number_text(potential.delta_spline_bins));
  for (const auto& [block, functions] : blocks_of(potential))
    out += block_text(potential, block, functions);
  core::write_atomically(file, out + metadata_text(potential));
}

}  // namespace mlip::ace
