#include "styles.hpp"

#include "compute_gamma.hpp"
#include "fix_watch.hpp"
#include "pair_ace.hpp"
#include "pair_lennard_jones.hpp"

namespace mlip::lammps_host {
namespace {

using LAMMPS_NS::LAMMPS;

template <class Pair>
LAMMPS_NS::Pair* make_pair(LAMMPS* lammps) {
  return new Pair(lammps);
}

template <class Product, class Made>
Product* make_from_words(LAMMPS* lammps, int count, char** words) {
  return new Made(lammps, count, words);
}

constexpr Style<MakePair> pairs[] = {{"mlip/ace", &make_pair<PairAce>},
                                     {"mlip/lj", &make_pair<PairLennardJones>}};
constexpr Style<MakeCompute> computes[] = {
    {"mlip/gamma/atom", &make_from_words<LAMMPS_NS::Compute, ComputeGamma>}};
constexpr Style<MakeFix> fixes[] = {{"mlip/watch", &make_from_words<LAMMPS_NS::Fix, FixWatch>}};

}  // namespace

std::span<const Style<MakePair>> pair_styles() {
  return pairs;
}

std::span<const Style<MakeCompute>> compute_styles() {
  return computes;
}

std::span<const Style<MakeFix>> fix_styles() {
  return fixes;
}

}  // namespace mlip::lammps_host
