#include "dft/remedies.hpp"

#include "core/error.hpp"

namespace mlip::dft {

bool applies(Condition condition, const History& history) {
  return condition == Condition::always ||
         (condition == Condition::converging && history.converging) ||
         (condition == Condition::alternating && history.alternating) ||
         (condition == Condition::several_ranks && history.several_ranks) ||
         (condition == Condition::smearing && history.smearing);
}

std::string text_of(RemedyKind kind, Condition condition) {
  std::string text = kind == RemedyKind::numerics ? "numerics"
                     : kind == RemedyKind::bridge ? "bridge"
                                                  : "physics";
  switch (condition) {
    case Condition::converging:
      return text + ", if it was converging";
    case Condition::smearing:
      return text + ", with smearing only";
    case Condition::alternating:
      return text + ", for Cr and Mn only";
    case Condition::several_ranks:
      return text + ", after several ranks only";
    case Condition::always:
      return text;
  }
  MLIP_ASSERT(false);
}

}  // namespace mlip::dft
