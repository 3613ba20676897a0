/// Errors of a potential on sets of labelled structures: as tables, as JSON and as a page.
#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/labelled_data.hpp"
#include "fit/errors.hpp"
#include "potential/calculator.hpp"

namespace mlip::app {

/// The errors of one set, with the pairs that parity plots show.
struct SetErrors {
  std::string name;
  fit::Metrics all;
  std::map<std::string, fit::Metrics> by_type;
  nlohmann::ordered_json parity;  ///< [label, predicted] pairs, thinned
};

/// Adds one structure after the other.
class SetErrorSums {
 public:
  explicit SetErrorSums(std::string name) : name_(std::move(name)) {}
  void add(const fit::Item& item, const std::string& type, const potential::Evaluation& found);
  [[nodiscard]] SetErrors errors() const;

 private:
  using Pairs = std::vector<std::array<double, 2>>;
  void keep(const fit::Item& item, const potential::Evaluation& found);

  std::string name_;
  fit::ErrorSums all_;
  std::map<std::string, fit::ErrorSums> by_type_;
  Pairs energies_, forces_, stresses_;
  std::size_t forces_seen_ = 0, force_stride_ = 1;
};

[[nodiscard]] SetErrors errors_of(const std::string& name, const LabelledData& data,
                                  const potential::Calculator& model);

/// A table for people: a line each type, one for all.
void print_errors(const SetErrors& errors);

/// `metrics` gets an entry of the set's name with its errors and `by_type`.
void put_errors(const SetErrors& errors, nlohmann::ordered_json& metrics);

/// Writes FOLDER/metrics.json (`metrics`) and FOLDER/report.html, each by atomic rename.  `page` is
/// as report::render_fit_html() takes it, its `sets` are made here.
void write_error_report(const std::vector<SetErrors>& sets, const nlohmann::ordered_json& metrics,
                        nlohmann::ordered_json page, const std::filesystem::path& folder);

}  // namespace mlip::app
