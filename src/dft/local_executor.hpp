/// Labels on the cores of this machine.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "dft/oracle.hpp"
#include "dft/rank_table.hpp"

namespace mlip::dft {

class LocalExecutor final : public Executor {
 public:
  using Tell = std::function<void(const std::string&)>;

  /// `measured` is the folder of the machine's RankTable, empty where nothing is kept; `tell` is
  /// told what is measured.
  explicit LocalExecutor(int cores, std::filesystem::path measured = {}, Tell tell = {});

  /// By lay_out() with the speeds that are known.  What is not known is measured first, where the
  /// batch could gain more by it than the measurement takes, and 10 s at least.
  void lay_out(const Oracle& oracle, std::vector<Job>& jobs, std::stop_token stop) const override;
  void label(const Oracle& oracle, std::span<const Job> jobs, std::stop_token stop,
             const Done& done) const override;
  [[nodiscard]] int cores() const override { return cores_; }

 private:
  int cores_;
  std::filesystem::path measured_;
  Tell tell_;
};

}  // namespace mlip::dft
