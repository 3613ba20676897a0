#include "fit/row_cache.hpp"

#include <type_traits>
#include <utility>

namespace mlip::fit {

namespace {

/// Values one after the other, lists with their length before them.
class Bytes {
 public:
  template <class Value>
  requires std::is_arithmetic_v<Value> || std::is_enum_v<Value>
  void add(Value value) { text_.append(reinterpret_cast<const char*>(&value), sizeof value); }
  template <class Value>
  void add(const std::vector<Value>& values) {
    add(values.size());
    for (const Value& each : values) add(each);
  }
  void add(const core::Vec3& vector) {
    for (const double x : vector) add(x);
  }
  void add(const std::string& symbol) {
    add(symbol.size());
    text_ += symbol;
  }
  void add(const ace::Function& function) {
    add(function.mu0);
    for (const auto* numbers : {&function.mus, &function.ns, &function.ls, &function.LS})
      add(*numbers);
  }
  /// Not the core: there are no rows where ZBL takes over from the functions.
  void add(const ace::Bond& bond) {
    for (const int number : {bond.nradmax, bond.lmax, bond.nradbasemax}) add(number);
    add(bond.basis);
    add(bond.inner);
    add(bond.parameters);
    add(bond.coefficients);
    for (const double length : {bond.rcut, bond.dcut, bond.dcut_in}) add(length);
    if (bond.inner != ace::InnerCutoff::zbl) add(bond.rcut_in);
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::size_t bytes_of(const std::string& key, const RowCache::Entry& entry) {
  auto numbers = static_cast<std::size_t>(entry.matrix.size());
  for (const auto& each : entry.projections)
    numbers += sizeof each / sizeof(double) + static_cast<std::size_t>(each.size());
  return key.size() + sizeof(double) * numbers;
}

}  // namespace

void RowCache::begin(const ace::Potential& model) {
  Bytes bytes;
  bytes.add(model.elements);
  bytes.add(model.bonds);
  bytes.add(model.functions);
  std::string basis = bytes.take();
  if (basis == basis_) return;
  basis_ = std::move(basis);
  entries_.clear();
  bytes_ = 0;
}

std::shared_ptr<const RowCache::Entry> RowCache::find(const std::string& key) const {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : found->second;
}

void RowCache::keep(const std::string& key, Entry entry) {
  const std::size_t bytes = bytes_of(key, entry);
  const std::scoped_lock lock(mutex_);
  ++made_;
  if (bytes_ + bytes > most_bytes_ || entries_.contains(key)) return;
  bytes_ += bytes;
  entries_.emplace(key, std::make_shared<const Entry>(std::move(entry)));
}

std::string key_of(const core::Structure& structure, const Wanted& wanted,
                   std::span<double* const> targets) {
  Bytes bytes;
  for (const auto& row : structure.cell.vectors.rowwise()) bytes.add(core::Vec3(row.transpose()));
  for (const bool periodic : structure.cell.periodic) bytes.add(periodic);
  bytes.add(structure.numbers);
  bytes.add(structure.positions);
  bytes.add(wanted.energy);
  bytes.add(wanted.stress);
  bytes.add(wanted.atoms);
  for (const double* target : targets) bytes.add(target != nullptr);
  return bytes.take();
}

}  // namespace mlip::fit
