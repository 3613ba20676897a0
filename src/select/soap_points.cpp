#include "select/soap_points.hpp"

namespace mlip::select {

Eigen::VectorXd soap_point(const soap::Soap& soap, const core::Structure& structure) {
  return soap.average(structure, soap::Average::outer).normalized();
}

}  // namespace mlip::select
