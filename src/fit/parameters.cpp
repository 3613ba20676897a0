#include "fit/parameters.hpp"

#include <algorithm>

#include "core/error.hpp"

namespace mlip::fit {

Parameters::Parameters(const ace::Potential& potential)
    : species_(static_cast<int>(potential.species())) {
  for (std::size_t s = 0; s < potential.species(); ++s) {
    functions_.push_back(total_);
    total_ += static_cast<Eigen::Index>(potential.functions[s].size()) *
              potential.embeddings[s].densities();
  }
  for (int i = 0; i < species_; ++i)
    for (int j = i; j < species_; ++j) {
      radial_.push_back(total_);
      total_ += static_cast<Eigen::Index>(potential.bond(i, j).coefficients.size());
      MLIP_ASSERT(potential.bond(i, j).coefficients.size() ==
                  potential.bond(j, i).coefficients.size());
    }
}

Eigen::Index Parameters::radial(int i, int j) const {
  const int low = std::min(i, j), high = std::max(i, j);
  return radial_[static_cast<std::size_t>(low * species_ - low * (low - 1) / 2 + high - low)];
}

Eigen::VectorXd Parameters::read(const ace::Potential& potential) const {
  Eigen::VectorXd values(total_);
  Eigen::Index at = 0;
  for (const auto& functions : potential.functions)
    for (const ace::Function& function : functions)
      for (double c : function.coefficients) values[at++] = c;
  for (int i = 0; i < species_; ++i)
    for (int j = i; j < species_; ++j)
      for (double c : potential.bond(i, j).coefficients) values[at++] = c;
  MLIP_ASSERT(at == total_);
  return values;
}

void Parameters::write(const Eigen::VectorXd& values, ace::Potential& potential) const {
  MLIP_ASSERT(values.size() == total_);
  Eigen::Index at = 0;
  for (auto& functions : potential.functions)
    for (ace::Function& function : functions)
      for (double& c : function.coefficients) c = values[at++];
  for (int i = 0; i < species_; ++i)
    for (int j = i; j < species_; ++j) {
      for (double& c : potential.bond(i, j).coefficients) c = values[at++];
      potential.bond(j, i).coefficients = potential.bond(i, j).coefficients;
    }
}

}  // namespace mlip::fit
