/// Where the files of a run lie.
#pragma once

#include <fmt/format.h>

#include <filesystem>

namespace mlip::pipeline {

struct RunFolder {
  std::filesystem::path root;

  [[nodiscard]] std::filesystem::path database() const { return root / "mlip.db"; }
  [[nodiscard]] std::filesystem::path plan() const { return root / "plan.yaml"; }
  [[nodiscard]] std::filesystem::path log() const { return root / "run.log"; }
  [[nodiscard]] std::filesystem::path lessons() const { return root / "lessons.extxyz"; }
  [[nodiscard]] std::filesystem::path scratch() const { return root / "scratch"; }
  [[nodiscard]] std::filesystem::path chunks() const { return root / "chunks"; }
  [[nodiscard]] std::filesystem::path generation(int number) const {
    return root / "generations" / fmt::format("{:03}", number);
  }
  [[nodiscard]] std::filesystem::path walk(int number, int walker) const {
    return generation(number) / fmt::format("walk_{}", walker);
  }
};

}  // namespace mlip::pipeline
