/// `.committee` files: the error bars of a fitted potential, beside it.
///
/// An archive that NumPy reads (`numpy.load`): for each element a matrix of coefficients with a
/// column for each function in the order of the `.yaml` file.  Row 0 is the potential itself, each
/// further row a member drawn from the posterior of the fit.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "fit/linear.hpp"

namespace mlip::fit {

/// How many members are written where nobody says: a standard deviation from 20 draws is known to
/// 16 %.
inline constexpr std::size_t usual_members = 20;

/// Atomically; deterministic by seed.
void write_committee(const Fit& fit, std::size_t members, std::uint64_t seed,
                     const std::filesystem::path& file);

/// The members; throws core::UserError where the file is damaged or belongs to another potential.
[[nodiscard]] std::vector<ace::Potential> read_committee(const ace::Potential& potential,
                                                         const std::filesystem::path& file);

}  // namespace mlip::fit
