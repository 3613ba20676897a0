/// A model as our converters write it: a line that says what it is, a line of JSON, tensors, and a
/// checksum.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace mlip::surrogate {

template <class T>
struct Tensor {
  std::vector<int> shape;
  std::vector<T> values;  ///< last index fastest
};

/// Where a kind of model comes from.
struct ModelKind {
  const char* magic;   ///< first line of the file, with its end
  const char* name;    ///< for complaints, e.g. "SevenNet"
  const char* remedy;  ///< what to do about a file that cannot be used
};

template <class T>
struct ModelFile {
  std::filesystem::path path;
  ModelKind kind;
  std::string header;  ///< JSON
  std::map<std::string, Tensor<T>> tensors;

  [[nodiscard]] bool has(const std::string& tensor) const { return tensors.contains(tensor); }
  /// Throws core::UserError (bad_input) where it is missing.
  [[nodiscard]] const Tensor<T>& at(const std::string& tensor) const;
  /// Throws core::UserError (bad_input) where it is missing or of another shape.
  [[nodiscard]] const std::vector<T>& values(const std::string& tensor,
                                             const std::vector<int>& shape) const;
  /// Throws core::UserError (bad_input): the model `what`.
  [[noreturn]] void fail(const std::string& what) const;
};

/// Throws core::UserError (bad_input): no such model file, cut short, damaged (CRC-32).
template <class T>
[[nodiscard]] ModelFile<T> read_model_file(const std::filesystem::path& file,
                                           const ModelKind& kind);

extern template struct ModelFile<float>;
extern template struct ModelFile<double>;
extern template ModelFile<float> read_model_file(const std::filesystem::path&, const ModelKind&);
extern template ModelFile<double> read_model_file(const std::filesystem::path&, const ModelKind&);

}  // namespace mlip::surrogate
