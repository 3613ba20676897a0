#include "snapshot.hpp"

#include <algorithm>
#include <numeric>

#include "text.hpp"

namespace mlip::lammps_host {
namespace {

constexpr std::size_t width = 9;

std::string header(const LAMMPS_NS::Domain& domain, LAMMPS_NS::bigint step) {
  const double box[9] = {domain.prd[0], 0, 0, domain.xy, domain.prd[1], 0, domain.xz, domain.yz,
                         domain.prd[2]};
  std::string text = "Lattice=\"";
  text += row(box);
  text += "\" Properties=species:S:1:pos:R:3:gamma:R:1:image:I:3 pbc=\"T T T\" step=";
  text += std::to_string(step);
  text += " corner=\"";
  text += row(domain.boxlo);
  text += "\"\n";
  return text;
}

}  // namespace

void append_atom(const LAMMPS_NS::Atom& atom, int i, double gamma, std::vector<double>& numbers) {
  const LAMMPS_NS::imageint image = atom.image[i];
  const int images[3] = {(image & IMGMASK) - IMGMAX, (image >> IMGBITS & IMGMASK) - IMGMAX,
                         (image >> IMG2BITS) - IMGMAX};
  for (double number : {static_cast<double>(atom.tag[i]), static_cast<double>(atom.type[i]),
                        atom.x[i][0], atom.x[i][1], atom.x[i][2], gamma})
    numbers.push_back(number);
  for (int count : images) numbers.push_back(count);
}

std::string snapshot_text(const LAMMPS_NS::Domain& domain, const std::vector<double>& atoms,
                          LAMMPS_NS::bigint step, const PairSites& pair) {
  std::vector<const double*> rows;
  for (std::size_t start = 0; start < atoms.size(); start += width)
    rows.push_back(atoms.data() + start);
  std::sort(rows.begin(), rows.end(), [](const double* a, const double* b) { return a[0] < b[0]; });
  std::string text = std::to_string(rows.size()) + "\n" + header(domain, step);
  for (const double* atom : rows) {
    text += pair.symbol(static_cast<int>(atom[1]));
    text += ' ';
    text += row({atom + 2, width - 2});
    text += '\n';
  }
  return text;
}

}  // namespace mlip::lammps_host
