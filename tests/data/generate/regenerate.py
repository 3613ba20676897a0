"""Writes pymatgen_sites.json: the point defects that pymatgen-analysis-defects finds in simple crystals.

In an environment of its own: pip install pymatgen-analysis-defects==2026.10.24 (it brought pymatgen-core 2026.10.16).
`multiplicity` is that of the conventional cell of `atoms` atoms; `distances` are those of the nearest atoms, Å.
"""

import json
import warnings
from importlib.metadata import version
from pathlib import Path

from pymatgen.analysis.defects.generators import AntiSiteGenerator, VacancyGenerator, VoronoiInterstitialGenerator
from pymatgen.core import Lattice, Structure

warnings.filterwarnings("ignore")
CRYSTALS = {
    "fcc Al": Structure.from_spacegroup("Fm-3m", Lattice.cubic(4.05), ["Al"], [[0, 0, 0]]),
    "bcc Fe": Structure.from_spacegroup("Im-3m", Lattice.cubic(2.87), ["Fe"], [[0, 0, 0]]),
    "hcp Ti": Structure.from_spacegroup("P6_3/mmc", Lattice.hexagonal(2.95, 2.95 * 1.587), ["Ti"], [[1 / 3, 2 / 3, 0.25]]),
    "diamond Si": Structure.from_spacegroup("Fd-3m", Lattice.cubic(5.43), ["Si"], [[0, 0, 0]]),
    "l10 FeNi": Structure(Lattice.tetragonal(3.57, 3.57 * 1.007), ["Fe", "Fe", "Ni", "Ni"],
                          [[0, 0, 0], [0.5, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 0.5]]),
    "rocksalt NaCl": Structure.from_spacegroup("Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]),
}


def sites(crystal: Structure) -> dict:
    interstitials = []
    for defect in VoronoiInterstitialGenerator().generate(crystal, {str(crystal[0].specie)}):
        around = defect.structure.get_sites_in_sphere(defect.site.coords, 6)
        interstitials.append({"multiplicity": int(defect.multiplicity),
                              "distances": [round(float(d), 4) for d in sorted(s.nn_distance for s in around)[:6]]})
    return {"atoms": len(crystal),
            "vacancies": {d.name: int(d.multiplicity) for d in VacancyGenerator().generate(crystal)},
            "antisites": {d.name: int(d.multiplicity) for d in AntiSiteGenerator().generate(crystal)},
            "interstitials": interstitials}


if __name__ == "__main__":
    found = {"made_with": {name: version(name) for name in ("pymatgen-core", "pymatgen-analysis-defects")}}
    found |= {name: sites(crystal) for name, crystal in CRYSTALS.items()}
    Path(__file__).with_name("pymatgen_sites.json").write_text(json.dumps(found, indent=1) + "\n")
