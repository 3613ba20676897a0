/// Options of the command line from the one table that the plan's are made from too.
#pragma once

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>

#include "config/description.hpp"

namespace mlip::app {

/// An option --PREFIX-FIELD for each field of a described struct of plain values; that of the field
/// `first` is --PREFIX, and is returned.
template <class T>
CLI::Option* add_described_options(CLI::App& command, const std::string& prefix,
                                   const std::string& first, T& options) {
  CLI::Option* of_first = nullptr;
  const auto add = [&](const config::Field& field, auto& member) {
    std::string name = field.key == first ? prefix : prefix + "-" + field.key;
    std::ranges::replace(name, '_', '-');
    const std::string unit = field.unit.empty() ? "" : " (" + field.unit + ")";
    CLI::Option* option = command.add_option("--" + name, member, field.meaning + unit);
    option->capture_default_str();
    if (!field.choices.empty()) option->check(CLI::IsMember(field.choices));
    if (field.key == first) of_first = option;
  };
  config::FieldVisitor visitor(add);
  options.describe(visitor);
  return of_first;
}

}  // namespace mlip::app
