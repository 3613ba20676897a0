/// A YAML document read strictly: what is missing or of the wrong kind is an error with file and
/// line.
#pragma once

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <string>
#include <vector>

namespace mlip::ace {

class YamlNode {
 public:
  /// Reads the file; throws core::UserError where it is no YAML.
  [[nodiscard]] static YamlNode load(const std::filesystem::path& file);

  [[noreturn]] void fail(const std::string& message, const std::string& remedy = "") const;
  [[nodiscard]] bool has(const std::string& key) const;
  /// The value of a key that must be there.
  [[nodiscard]] YamlNode at(const std::string& key) const;
  /// The value of a map's entry `index`, counted from 0, its key being that number.
  [[nodiscard]] YamlNode at(int index) const;
  [[nodiscard]] std::vector<YamlNode> list() const;
  [[nodiscard]] std::vector<std::pair<YamlNode, YamlNode>> entries() const;

  [[nodiscard]] std::string text() const;
  /// A finite number.
  [[nodiscard]] double number() const;
  /// An integer in [low, high].
  [[nodiscard]] int integer(int low, int high) const;
  [[nodiscard]] double number_or(const std::string& key, double missing) const;
  /// Numbers of a list, nested lists flattened; a single number is a list of one.
  [[nodiscard]] std::vector<double> numbers() const;
  [[nodiscard]] std::vector<int> integers(int low, int high) const;

 private:
  YamlNode(const YAML::Node& node, std::string name, std::string file, int line);
  [[nodiscard]] YamlNode child(const YAML::Node& node, const std::string& name) const;
  void flatten(const YAML::Node& node, int depth, std::vector<double>& out) const;

  YAML::Node node_;
  std::string name_, file_;
  int line_;
};

}  // namespace mlip::ace
