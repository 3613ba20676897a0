#include "ace/neighbor_forces.hpp"

#include "core/vectorise.hpp"

namespace mlip::ace {

namespace {

struct Contraction {
  Lane value, slope;  ///< Σ_k dE/dS g_k and Σ_k dE/dS dg_k/dr
};

/// Of harmonic h and the next one.
MLIP_INLINE void contract(const AtomSlopes& atom, const Lane* g, const Lane* dg, int l, int h,
                          Contraction& re, Contraction& im) {
  const std::size_t stride = lanes * static_cast<std::size_t>((atom.lmax + 1) * (atom.lmax + 1));
  const double* c = atom.slopes + lanes * static_cast<std::size_t>(h);
  re = im = Contraction{};
  for (int k = 0; k < atom.reach[l]; ++k, c += stride) {
    re.value += c[0] * g[k];
    re.slope += c[0] * dg[k];
    im.value += c[lanes] * g[k];
    im.slope += c[lanes] * dg[k];
  }
}

MLIP_INLINE void contract(const AtomSlopes& atom, const Lane* g, const Lane* dg, int l,
                          Contraction& re) {
  const std::size_t stride = lanes * static_cast<std::size_t>((atom.lmax + 1) * (atom.lmax + 1));
  const double* c = atom.slopes + lanes * static_cast<std::size_t>(l * l);
  re = Contraction{};
  for (int k = 0; k < atom.reach[l]; ++k, c += stride) {
    re.value += c[0] * g[k];
    re.slope += c[0] * dg[k];
  }
}

/// Σ over l ≥ m of a contraction times P_lm, its value times dP_lm/dz too.
struct OrderSum {
  Lane value = {}, slope = {}, axial = {};
  MLIP_INLINE void add(const Contraction& of, const Lane& p, const Lane& dp) {
    value += of.value * p;
    slope += of.slope * p;
    axial += of.value * dp;
  }
};

}  // namespace

MLIP_VECTORISE void group_gradient(const GroupLayout& layout, const Lane* rows,
                                   const AtomSlopes& atom, Lane* gradient) {
  const Lane *g = rows + GroupLayout::g, *dg = rows + layout.dg, *u = rows + GroupLayout::unit;
  const Lane *p = rows + layout.legendre, *dp = rows + layout.slope;
  const Lane *x_re = rows + layout.re, *x_im = rows + layout.im;
  OrderSum axial;
  Contraction re, im;
  for (int l = 0; l <= atom.lmax; ++l, ++p, ++dp) {
    contract(atom, g, dg, l, re);
    axial.add(re, *p, *dp);
  }
  Lane radial = axial.slope, v[3] = {{}, {}, axial.axial};
  for (int m = 1; m <= atom.lmax; ++m) {
    OrderSum cosine, sine;
    for (int l = m; l <= atom.lmax; ++l, ++p, ++dp) {
      contract(atom, g, dg, l, harmonic_index(l, m), re, im);
      cosine.add(re, *p, *dp);
      sine.add(im, *p, *dp);
    }
    radial += cosine.slope * x_re[m] + sine.slope * x_im[m];
    v[0] += m * (cosine.value * x_re[m - 1] + sine.value * x_im[m - 1]);
    v[1] += m * (sine.value * x_re[m - 1] - cosine.value * x_im[m - 1]);
    v[2] += cosine.axial * x_re[m] + sine.axial * x_im[m];
  }
  make_tangential(u, rows[GroupLayout::inverse], v);
  for (int c = 0; c < 3; ++c) gradient[c] = v[c] + radial * u[c];
}

}  // namespace mlip::ace
