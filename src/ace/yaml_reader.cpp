#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <sstream>

#include "ace/canonical_order.hpp"
#include "ace/coupling.hpp"
#include "ace/file_names.hpp"
#include "ace/files.hpp"
#include "ace/yaml_node.hpp"
#include "core/element.hpp"

namespace mlip::ace {

namespace {

constexpr BondKeys basis_keys = {"nradmaxi", "lmaxi",  "nradbaseij", "radbase",
                                 "rcutij",   "dcutij", "r_in",       "delta_in"};

std::vector<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> list;
  for (std::string word; stream >> word;) list.push_back(word);
  return list;
}

/// One `.yaml` document on its way to a Potential.
class Reader {
 public:
  explicit Reader(const std::filesystem::path& file) : root_(YamlNode::load(file)) {}

  Potential read() {
    find_elements();
    const std::size_t n = potential_.species();
    potential_.E0.assign(n, 0);
    potential_.embeddings.resize(n);
    potential_.bonds.resize(n * n);
    potential_.functions.resize(n);
    bond_seen_.assign(n * n, false);
    if (root_.has("global"))
      potential_.delta_spline_bins =
          root_.at("global").number_or("DeltaSplineBins", potential_.delta_spline_bins);
    for (const YamlNode& block : root_.at("species").list()) read_head(block);
    complete_bonds();
    for (const YamlNode& block : root_.at("species").list())
      if (block.has("nbody"))
        for (const YamlNode& each : block.at("nbody").list()) read_function(each);
    for (std::vector<Function>& list : potential_.functions) finish(list);
    read_metadata();
    return std::move(potential_);
  }

 private:
  void find_elements() {
    std::set<std::string> found;
    for (const YamlNode& block : root_.at("species").list())
      for (const std::string& word : words(block.at("speciesblock").text())) {
        if (!core::atomic_number(word))
          block.at("speciesblock")
              .fail(fmt::format("names '{}', no element", word),
                    fmt::format("did you mean '{}'?", core::nearest_symbol(word)));
        found.insert(word);
      }
    potential_.elements.assign(found.begin(), found.end());
    if (found.empty()) root_.fail("'species' is empty", "give a block for each element");
  }

  int species(const YamlNode& node, const std::string& symbol) const {
    const auto at = std::ranges::find(potential_.elements, symbol);
    if (at == potential_.elements.end())
      node.fail(fmt::format("names '{}', without a block", symbol));
    return static_cast<int>(at - potential_.elements.begin());
  }

  void read_head(const YamlNode& block) {
    std::vector<int> kinds;
    for (const std::string& word : words(block.at("speciesblock").text()))
      if (const int mu = species(block, word); std::ranges::find(kinds, mu) == kinds.end())
        kinds.push_back(mu);
    if (kinds.empty()) block.at("speciesblock").fail("is empty", "name the elements of the block");
    if (kinds.size() == 1) {
      const auto mu = static_cast<std::size_t>(kinds[0]);
      potential_.embeddings[mu] =
          read_embedding(block, "ndensityi", "parameters", "rho_core_cut", "drho_core_cut");
      embedded_.insert(kinds[0]);
    }
    if (kinds.size() <= 2 && (kinds.size() == 1 || block.has("rcutij")))
      read_pair(block, kinds.front(), kinds.back());
  }

  void read_pair(const YamlNode& block, int i, int j) {
    const std::size_t place = index(i, j);
    if (bond_seen_[place]) block.at("speciesblock").fail("is there twice", "merge the blocks");
    Bond& bond = potential_.bonds[place];
    bond = read_bond(block, basis_keys);
    bond_seen_[place] = true;
    if (!block.has("core-repulsion")) return;
    const std::vector<double> core = block.at("core-repulsion").numbers();
    if (core.size() != 2) block.at("core-repulsion").fail("needs two numbers");
    bond.core_prefactor = core[0];
    bond.core_exponent = core[1];
  }

  [[nodiscard]] std::size_t index(int i, int j) const {
    return static_cast<std::size_t>(i) * potential_.species() + static_cast<std::size_t>(j);
  }

  void complete_bonds() {
    const auto n = static_cast<int>(potential_.species());
    for (int i = 0; i < n; ++i) {
      const std::string& symbol = potential_.elements[static_cast<std::size_t>(i)];
      if (!embedded_.contains(i))
        root_.fail(fmt::format("there is no block of '{}' alone", symbol), "add one");
      for (int j = 0; j < n; ++j) {
        if (bond_seen_[index(i, j)]) continue;
        if (!bond_seen_[index(j, i)])
          root_.fail(fmt::format("there is no block of '{} {}'", symbol,
                                 potential_.elements[static_cast<std::size_t>(j)]),
                     "give the radial part of every pair");
        potential_.bonds[index(i, j)] = potential_.bonds[index(j, i)];
      }
    }
  }

  void read_function(const YamlNode& node) {
    if (node.has("skip") && node.at("skip").text() == "true") return;
    const std::vector<std::string> type = words(node.at("type").text());
    if (type.size() < 2 || type.size() > largest_rank + 1)
      node.at("type").fail(fmt::format("names {} elements", type.size()),
                           fmt::format("name 2 to {}", largest_rank + 1));
    Function f;
    f.mu0 = species(node, type[0]);
    for (std::size_t t = 1; t < type.size(); ++t) f.mus.push_back(species(node, type[t]));
    f.ns = node.at("nr").integers(1, largest_n);
    f.ls = node.at("nl").integers(0, largest_l);
    if (node.has("lint")) f.LS = node.at("lint").integers(0, largest_l * largest_rank);
    if (f.rank() <= 2) f.LS.clear();
    f.coefficients = node.at("c").numbers();
    check(node, f);
    potential_.functions[static_cast<std::size_t>(f.mu0)].push_back(std::move(f));
  }

  void check(const YamlNode& node, const Function& f) const {
    const auto densities = potential_.embeddings[static_cast<std::size_t>(f.mu0)].densities();
    if (f.coefficients.size() != static_cast<std::size_t>(densities))
      node.at("c").fail(fmt::format("needs {} numbers", densities));
    if (f.ns.size() != f.mus.size() || f.ls.size() != f.mus.size())
      node.fail(fmt::format("needs {} numbers in 'nr' and 'nl'", f.rank()));
    double tuples = 1;
    for (std::size_t t = 0; t < f.mus.size(); ++t) {
      const Bond& bond = potential_.bond(f.mu0, f.mus[t]);
      if (f.ns[t] > (f.rank() == 1 ? bond.nradbasemax : bond.nradmax))
        node.at("nr").fail(fmt::format("has {}, more than the pair has", f.ns[t]));
      if (f.ls[t] > bond.lmax)
        node.at("nl").fail(fmt::format("has {}, more than the pair has", f.ls[t]));
      tuples *= 2 * f.ls[t] + 1;
    }
    if (tuples > 1e7) node.at("nl").fail("couples too many momenta", "use smaller l");
    if (!couples(f.ls, f.LS))
      node.fail("has momenta that do not couple to zero", "check 'nl' and 'lint'");
  }

  void finish(std::vector<Function>& list) const {
    sort_canonically(list);
    const auto twin = std::ranges::adjacent_find(list, [](const Function& a, const Function& b) {
      return a.mus == b.mus && a.ns == b.ns && a.ls == b.ls && a.LS == b.LS;
    });
    if (twin != list.end())
      root_.fail(fmt::format("a function of rank {} is there twice", twin->rank()),
                 "remove one of them");
  }

  void read_metadata() {
    if (!root_.has("metadata")) return;
    for (const auto& [key, value] : root_.at("metadata").entries()) {
      if (key.text() == "E0") {
        read_E0(value);
        continue;
      }
      potential_.metadata[key.text()] = value.text();
    }
  }

  void read_E0(const YamlNode& node) {
    const std::vector<std::string> list = words(node.text());
    if (list.size() != potential_.species()) node.fail("needs one number an element");
    for (std::size_t mu = 0; mu < list.size(); ++mu) {
      const char* end = list[mu].data() + list[mu].size();
      if (std::from_chars(list[mu].data(), end, potential_.E0[mu]).ptr != end)
        node.fail(fmt::format("has '{}', no number", list[mu]));
    }
  }

  YamlNode root_;
  Potential potential_;
  std::vector<bool> bond_seen_;
  std::set<int> embedded_;
};

}  // namespace

Potential read_yaml(const std::filesystem::path& file) {
  return Reader(file).read();
}

}  // namespace mlip::ace
