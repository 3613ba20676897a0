/// Structures as points whose distance is that of the SOAP kernel.
#pragma once

#include "soap/soap.hpp"

namespace mlip::select {

/// The outer average of the atoms' descriptors at length 1: two structures are √(2 − 2k) apart,
/// where k is their kernel (De 2016, doi:10.1039/C6CP00415F).  Throws core::UserError as
/// soap::Soap::average.
[[nodiscard]] Eigen::VectorXd soap_point(const soap::Soap& soap, const core::Structure& structure);

}  // namespace mlip::select
