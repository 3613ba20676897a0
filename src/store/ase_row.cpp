#include "store/ase_row.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <map>
#include <stdexcept>

#include "core/element.hpp"
#include "core/seed.hpp"
#include "store/ase_columns.hpp"
#include "store/ase_data.hpp"
#include "store/key_values.hpp"

namespace mlip::store {

namespace {

using Json = nlohmann::ordered_json;

constexpr double seconds_until_2000 = 946681200;
constexpr double seconds_per_year = 31557600;

/// Unlike any other, also in other databases, as ASE wants it: from the time, the process and a
/// count.
std::string new_unique_id() {
  static std::uint64_t count = 0;
  const auto time = std::chrono::system_clock::now().time_since_epoch().count();
  const auto root = static_cast<std::uint64_t>(time) ^ (static_cast<std::uint64_t>(getpid()) << 48);
  auto engine = core::random_engine(root, "unique_id", ++count);
  const std::uint64_t first = engine() | (1ULL << 63);
  return fmt::format("{:016x}{:016x}", first, engine());
}

void bind_structure(Statement& statement, const core::Structure& structure) {
  statement.bind(Blob{pack(structure.numbers)})
      .bind(Blob{pack(structure.positions)})
      .bind(Blob{pack(structure.cell.vectors)})
      .bind(periodic_bits(structure.cell))
      .bind(static_cast<std::int64_t>(structure.size()));
  const double volume = structure.cell.volume();
  statement.bind(volume > 0 ? std::optional(volume) : std::nullopt).bind(total_mass(structure));
}

void bind_labels(Statement& statement, const core::Labels& labels) {
  statement.bind(labels.energy);
  if (labels.forces.empty())
    statement.bind(nullptr).bind(nullptr);
  else
    statement.bind(Blob{pack(labels.forces)}).bind(largest_force(labels.forces));
  if (labels.stress)
    statement.bind(Blob{pack_voigt(*labels.stress)}).bind(labels.stress->cwiseAbs().maxCoeff());
  else
    statement.bind(nullptr).bind(nullptr);
  if (labels.magnetic_moments.empty())
    statement.bind(nullptr);
  else
    statement.bind(Blob{pack(labels.magnetic_moments)});
  statement.bind(labels.total_magnetization);
}

bool has_labels(const core::Labels& labels) {
  return labels.energy || !labels.forces.empty();
}

void write_species(Sqlite& sqlite, std::int64_t id, const core::Structure& structure) {
  std::map<int, int> counts;
  for (const int number : structure.numbers) ++counts[number];
  Statement insert = sqlite.prepare("INSERT INTO species VALUES (?, ?, ?)");
  for (const auto& [number, count] : counts) {
    insert.bind(number).bind(count).bind(id);
    insert.run();
  }
}

void write_key_tables(Sqlite& sqlite, std::int64_t id, const Json& pairs) {
  Statement keys = sqlite.prepare("INSERT INTO keys VALUES (?, ?)");
  Statement texts = sqlite.prepare("INSERT INTO text_key_values VALUES (?, ?, ?)");
  Statement numbers = sqlite.prepare("INSERT INTO number_key_values VALUES (?, ?, ?)");
  for (const auto& [key, value] : pairs.items()) {
    keys.bind(key).bind(id).run();
    if (value.is_string())
      texts.bind(key).bind(value.get_ref<const std::string&>()).bind(id).run();
    else
      numbers.bind(key).bind(value.get<double>()).bind(id).run();
  }
}

void clear_key_tables(Sqlite& sqlite, std::int64_t id) {
  std::string ours;
  for (const char* key : our_keys) ours += fmt::format("{}'{}'", ours.empty() ? "" : ", ", key);
  for (const char* table : {"keys", "text_key_values", "number_key_values"})
    sqlite.prepare(fmt::format("DELETE FROM {} WHERE id = ? AND +key IN ({})", table, ours))
        .bind(id)
        .run();
  sqlite.prepare("DELETE FROM species WHERE id = ?").bind(id).run();
}

std::vector<int> elements_of(std::string_view bytes) {
  std::vector<int> numbers = unpack_integers(bytes);
  for (const int number : numbers)
    if (number < 1 || number > core::largest_atomic_number)
      throw std::out_of_range(fmt::format("its atomic number '{}' is no element", number));
  return numbers;
}

core::Labels read_labels(const Statement& row, std::size_t atoms) {
  core::Labels labels;
  const int energy = row.is_null(6) ? 5 : 6;
  if (!row.is_null(energy)) labels.energy = row.real(energy);
  if (!row.is_null(7)) labels.forces = unpack_vectors(row.bytes(7));
  if (!row.is_null(8)) labels.stress = unpack_stress(row.bytes(8));
  if (!row.is_null(9)) labels.magnetic_moments = unpack_numbers(row.bytes(9));
  if (!row.is_null(10)) labels.total_magnetization = row.real(10);
  if (!labels.forces.empty() && labels.forces.size() != atoms)
    throw std::out_of_range(
        fmt::format("it has {} forces for {} atoms", labels.forces.size(), atoms));
  return labels;
}

Record parse_row(const Statement& row) {
  Record record;
  record.id = row.integer(0);
  core::Structure& structure = record.candidate.structure;
  structure.numbers = elements_of(row.bytes(1));
  structure.positions = unpack_vectors(row.bytes(2));
  if (structure.positions.size() != structure.size())
    throw std::out_of_range(fmt::format("it has {} positions for {} atoms",
                                        structure.positions.size(), structure.size()));
  structure.cell.vectors = unpack_matrix(row.bytes(3));
  for (int axis = 0; axis < 3; ++axis) structure.cell.periodic[axis] = (row.integer(4) >> axis) & 1;
  const RowData data = RowData::decode(row.bytes(12), row.is_text(12));
  record.outcome.labels = read_labels(row, structure.size());
  const bool complete = record.outcome.labels.energy && !record.outcome.labels.forces.empty();
  record.outcome.accepted = data.object.value("accepted", complete);
  read_key_values(from_python(row.bytes(11)), data.object, record);
  return record;
}

/// Runs `read`, naming the row where its content makes no sense.
template <class Read>
auto readable(const Sqlite& sqlite, std::int64_t id, Read&& read) {
  const std::string file = sqlite.file().string();
  const auto damaged = [&](const std::exception& why) {
    return core::UserError(
        core::ExitCode::bad_input,
        fmt::format("row '{}' of '{}' cannot be read: {}", id, file, why.what()),
        fmt::format("correct it, or remove it: ase db '{}' id={} --delete", file, id));
  };
  try {
    return read();
  } catch (const std::out_of_range& why) {
    throw damaged(why);
  } catch (const nlohmann::json::exception& why) {
    throw damaged(why);
  }
}

/// Our content laid over what the row already has.
struct Merged {
  Json pairs;
  RowData data;
};

std::optional<Merged> merge_with_stored(Sqlite& sqlite, const Record& record) {
  Statement row = sqlite.prepare("SELECT key_value_pairs, data FROM systems WHERE id = ?");
  if (!row.bind(record.id).step()) return std::nullopt;
  Merged merged{from_python(row.bytes(0)), RowData::decode(row.bytes(1), row.is_text(1))};
  for (const char* key : our_keys) merged.pairs.erase(key);
  merged.pairs.update(key_values_of(record));
  merged.data.object.erase("exact");
  merged.data.object.update(data_of(record));
  return merged;
}

}  // namespace

double ase_time() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return (std::chrono::duration<double>(now).count() - seconds_until_2000) / seconds_per_year;
}

std::int64_t insert_row(Sqlite& sqlite, const Record& record) {
  Statement insert = sqlite.prepare(
      "INSERT INTO systems (unique_id, ctime, mtime, username, calculator, calculator_parameters, "
      "charge, "
      "key_value_pairs, data, numbers, positions, cell, pbc, natoms, volume, mass, "
      "energy, forces, fmax, stress, smax, magmoms, magmom, free_energy) "
      "VALUES (?, ?, ?, ?, ?, ?, 0.0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?16, ?, ?, ?, ?, ?, ?, ?16)");
  const char* user = std::getenv("USER");
  const double time = ase_time();
  const Json pairs = key_values_of(record);
  RowData data;
  data.object = data_of(record);
  insert.bind(new_unique_id()).bind(time).bind(time);
  if (user)
    insert.bind(user);
  else
    insert.bind(nullptr);
  if (has_labels(record.outcome.labels))
    insert.bind("dft").bind("{}");
  else
    insert.bind(nullptr).bind(nullptr);
  insert.bind(to_python(pairs)).bind(Blob{data.encode()});
  bind_structure(insert, record.candidate.structure);
  bind_labels(insert, record.outcome.labels);
  insert.run();
  const std::int64_t id = sqlite.last_id();
  write_species(sqlite, id, record.candidate.structure);
  write_key_tables(sqlite, id, pairs);
  return id;
}

bool update_row(Sqlite& sqlite, const Record& record) {
  const auto merged =
      readable(sqlite, record.id, [&] { return merge_with_stored(sqlite, record); });
  if (!merged) return false;
  Statement update = sqlite.prepare(
      "UPDATE systems SET mtime = ?, calculator = coalesce(calculator, ?), "
      "calculator_parameters = coalesce(calculator_parameters, ?), key_value_pairs = ?, data = ?, "
      "numbers = ?, positions = ?, cell = ?, pbc = ?, natoms = ?, volume = ?, "
      "mass = CASE WHEN masses IS NULL THEN ? ELSE mass END, "
      "energy = CASE WHEN coalesce(free_energy, energy) IS ?13 THEN energy ELSE ?13 END, "
      "free_energy = ?13, "
      "forces = ?, fmax = ?, stress = ?, smax = ?, magmoms = ?, magmom = ? WHERE id = ?");
  update.bind(ase_time());
  if (has_labels(record.outcome.labels))
    update.bind("dft").bind("{}");
  else
    update.bind(nullptr).bind(nullptr);
  update.bind(to_python(merged->pairs));
  const std::string data = merged->data.encode();
  if (merged->data.is_text)
    update.bind(data);
  else
    update.bind(Blob{data});
  bind_structure(update, record.candidate.structure);
  bind_labels(update, record.outcome.labels);
  update.bind(record.id).run();
  clear_key_tables(sqlite, record.id);
  write_species(sqlite, record.id, record.candidate.structure);
  write_key_tables(sqlite, record.id, key_values_of(record));
  return true;
}

Record read_row(const Sqlite& sqlite, const Statement& row) {
  return readable(sqlite, row.integer(0), [&] { return parse_row(row); });
}

std::string why_not_storable(const Record& record) {
  const core::Candidate& candidate = record.candidate;
  for (const int number : candidate.structure.numbers)
    if (number < 1 || number > core::largest_atomic_number)
      return fmt::format("atomic number '{}' is no element", number);
  const std::size_t atoms = candidate.structure.size();
  if (!core::is_finite(candidate.structure)) return "the structure is not finite";
  if (!core::is_finite(record.outcome.labels, atoms)) return "the labels are not finite";
  if (!candidate.force_mask.empty() && candidate.force_mask.size() != atoms)
    return fmt::format("there are {} mask values for {} atoms", candidate.force_mask.size(), atoms);
  if (!std::isfinite(record.priority)) return "the priority is not finite";
  if (!std::isfinite(candidate.gamma.value_or(0))) return "the extrapolation grade is not finite";
  return {};
}

}  // namespace mlip::store
