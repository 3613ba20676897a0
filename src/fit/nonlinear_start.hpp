/// What a nonlinear fit begins with.
#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "ace/potential.hpp"
#include "fit/nonlinear.hpp"

namespace mlip::fit {

/// True where a function coefficient is not 0: the fit goes on from it.
[[nodiscard]] bool is_fitted(const ace::Potential& potential);

/// `start` with E0, with its core below the distances of all data, and, unless it is fitted, with
/// the embeddings asked for and coefficients 0 but for the nonlinear densities: these begin as a
/// smooth sum over the neighbours, −0.1 on the average atom.  There the embedding is still so
/// straight that the linear solution makes up for it, yet curved enough to tell the densities
/// apart; at 0 it has a kink.
[[nodiscard]] ace::Potential prepared_start(const ace::Potential& start, const NonlinearData& data,
                                            const Options& linear, const NonlinearOptions& options);

/// Where in Parameters the coefficients of the densities with an identity embedding are: the loss
/// is a parabola in them.
[[nodiscard]] std::vector<Eigen::Index> linear_parameters(const ace::Potential& potential);

/// Weights of the loss asked for; throws core::UserError as wanted_labels() does, and where nothing
/// counts.
[[nodiscard]] std::vector<Weights> loss_weights(const ace::Potential& basis,
                                                std::span<const Item> items,
                                                const std::vector<double>& isolated,
                                                const Options& linear,
                                                const NonlinearOptions& options);

}  // namespace mlip::fit
