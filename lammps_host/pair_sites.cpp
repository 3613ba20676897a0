#include "pair_sites.hpp"

#include <atom.h>
#include <error.h>
#include <force.h>
#include <memory.h>
#include <neigh_list.h>
#include <neighbor.h>
#include <update.h>

#include <cstring>
#if __has_include(<neigh_request.h>)
#include <neigh_request.h>
#endif

namespace mlip::lammps_host {
namespace {

constexpr int full_list = 1;  // NeighConst::REQ_FULL, a name that LAMMPS before 2022 has not

/// A full neighbour list, as LAMMPS from 2022 on is asked for it or as those before.  A template,
/// so that only the way this LAMMPS has is compiled.
template <class Neighbor>
void request_full_list(Neighbor& neighbor, LAMMPS_NS::Pair* pair, int instance) {
  if constexpr (requires { neighbor.add_request(pair, full_list); }) {
    neighbor.add_request(pair, full_list);
  } else {
    const int request = neighbor.request(pair, instance);
    neighbor.requests[request]->half = 0;
    neighbor.requests[request]->full = 1;
  }
}

}  // namespace

PairSites::PairSites(LAMMPS_NS::LAMMPS* lammps) : Pair(lammps) {
  writedata = 0;
  restartinfo = 0;
  one_coeff = 1;
  manybody_flag = 1;
  single_enable = 0;
  centroidstressflag = LAMMPS_NS::CENTROID_NOTAVAIL;
}

PairSites::~PairSites() {
  if (!allocated) return;
  memory->destroy(setflag);
  memory->destroy(cutsq);
}

void PairSites::allocate_for_all_types() {
  const int types = atom->ntypes + 1;
  if (!allocated) {
    memory->create(setflag, types, types, "mlip:setflag");
    memory->create(cutsq, types, types, "mlip:cutsq");
    allocated = 1;
  }
  for (int i = 1; i < types; ++i)
    for (int j = 1; j < types; ++j) setflag[i][j] = 1;
}

void PairSites::init_style() {
  if (!force->newton_pair) error->all(FLERR, std::string("pair styles mlip/... need newton on"));
  request_full_list(*neighbor, this, instance_me);
  gamma_step_ = -1;
}

double PairSites::init_one(int, int) {
  return reach();
}

void* PairSites::extract(const char* name, int& dimensions) {
  if (!has_gamma()) return nullptr;
  dimensions = 0;
  if (std::strcmp(name, "gamma_flag") == 0) return &gamma_flag_;
  dimensions = 1;
  return std::strcmp(name, "gamma") == 0 ? gamma_of_this_step() : nullptr;
}

void* PairSites::extract_peratom(const char* name, int& columns) {
  columns = 0;
  return has_gamma() && std::strcmp(name, "gamma") == 0 ? gamma_of_this_step() : nullptr;
}

void* PairSites::gamma_of_this_step() {
  gamma_.reserve(1);  // a null pointer would say that there is no γ
  if (list) gamma();  // fix pair asks once before the first run, when there are no neighbours yet
  return gamma_.data();
}

const std::vector<double>& PairSites::gamma() {
  if (gamma_step_ != update->ntimestep) find_gamma();
  return gamma_;
}

void PairSites::gather_neighbors(int i, Site& site) const {
  const double limit = reach() * reach();
  const double* const center = atom->x[i];
  site.atom = i;
  site.neighbors.clear();
  site.indices.clear();
  for (int k = 0; k < list->numneigh[i]; ++k) {
    const int j = list->firstneigh[i][k] & NEIGHMASK;
    const double* const x = atom->x[j];
    const core::Vec3 vector(x[0] - center[0], x[1] - center[1], x[2] - center[2]);
    if (vector.squaredNorm() >= limit) continue;
    site.neighbors.push_back({vector, atom->type[j]});
    site.indices.push_back(j);
  }
}

template <class Use>
void PairSites::each_site(bool gamma, const Use& use) {
  std::array<Neighbors, batch> views;
  std::size_t count = 0;
  const auto finish = [&](int type) {
    for (std::size_t k = 0; k < count; ++k) views[k] = sites_[k].neighbors;
    sites(type, std::span(views).first(count), gamma, std::span(results_).first(count));
    for (std::size_t k = 0; k < count; ++k) use(sites_[k], results_[k]);
    count = 0;
  };
  for (int type = 1; type <= atom->ntypes; ++type) {
    for (int k = 0; k < list->inum; ++k) {
      const int i = list->ilist[k];
      if (atom->type[i] != type) continue;
      gather_neighbors(i, sites_[count++]);
      if (count == batch) finish(type);
    }
    if (count > 0) finish(type);
  }
}

void PairSites::find_gamma() {
  gamma_.assign(static_cast<std::size_t>(atom->nlocal), 0.0);
  each_site(true, [&](const Site& site, const ace::AtomResult& result) {
    gamma_[site.atom] = result.gamma;
  });
  gamma_step_ = update->ntimestep;
}

void PairSites::add_forces(const Site& site, const ace::AtomResult& result) {
  double** const f = atom->f;
  double* const own = f[site.atom];
  for (std::size_t k = 0; k < site.indices.size(); ++k) {
    const core::Vec3& gradient = result.gradients[k];
    double* const other = f[site.indices[k]];
    for (int c = 0; c < 3; ++c) {
      own[c] += gradient[c];
      other[c] -= gradient[c];
    }
  }
}

void PairSites::add_site_virial(const Site& site, const ace::AtomResult& result) {
  double* const virial_of_site = vatom[site.atom];
  for (std::size_t k = 0; k < site.indices.size(); ++k) {
    const core::Vec3& r = site.neighbors[k].vector;
    const core::Vec3& g = result.gradients[k];
    virial_of_site[0] -= r[0] * g[0];
    virial_of_site[1] -= r[1] * g[1];
    virial_of_site[2] -= r[2] * g[2];
    virial_of_site[3] -= r[0] * g[1];
    virial_of_site[4] -= r[0] * g[2];
    virial_of_site[5] -= r[1] * g[2];
  }
}

void PairSites::compute(int eflag, int vflag) {
  ev_init(eflag, vflag);
  const bool with_gamma = (want_gamma_ || gamma_flag_ != 0) && has_gamma();
  want_gamma_ = false;
  if (with_gamma) gamma_.assign(static_cast<std::size_t>(atom->nlocal), 0.0);
  local_energy_ = 0;
  each_site(with_gamma, [&](const Site& site, const ace::AtomResult& result) {
    add_forces(site, result);
    local_energy_ += result.energy;
    if (eflag_atom) eatom[site.atom] += result.energy;
    if (vflag_atom) add_site_virial(site, result);
    if (with_gamma) gamma_[site.atom] = result.gamma;
  });
  if (eflag_global) eng_vdwl += local_energy_;
  gamma_step_ = with_gamma ? update->ntimestep : -1;
  if (vflag_fdotr) virial_fdotr_compute();
}

}  // namespace mlip::lammps_host
