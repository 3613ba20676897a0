"""Writes reference.txt, the values of dscribe that our descriptors are held to.

    python make_reference.py FOLDER

in an environment with dscribe==2.1.2 and ase.  FOLDER gets reference.txt.
"""

import sys
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.build import bulk, molecule
from dscribe.descriptors import SOAP


def structures() -> dict[str, Atoms]:
    random = np.random.default_rng(20261122)
    tetragonal = Atoms("FeNiFeNi", scaled_positions=[[0, 0, 0], [0.5, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 0.5]],
                       cell=[[3.6, 0, 0], [0.3, 3.5, 0], [0.1, -0.2, 3.7]], pbc=True)
    tetragonal.rattle(0.08, seed=3)
    alloy = bulk("Ni", "fcc", a=3.58, cubic=True).repeat(2)
    alloy.numbers[random.permutation(32)[:16]] = 26
    alloy.rattle(0.05, seed=4)
    silicon = bulk("Si", "diamond", a=5.43, cubic=True)
    silicon.rattle(0.05, seed=5)
    slab = bulk("NiAl", "cesiumchloride", a=2.88).repeat((2, 2, 3))
    slab.pbc = [True, True, False]
    slab.rattle(0.05, seed=6)
    return {"tetragonal": tetragonal, "alloy": alloy, "silicon": silicon, "slab": slab, "water": molecule("H2O")}


DEFAULT = dict(r_cut=5, n_max=8, l_max=6, sigma=0.5, rbf="gto", compression="off", average="off")
CASES = [
    ("tetragonal", {}), ("tetragonal", dict(average="inner", n_max=6, l_max=4)), ("tetragonal", dict(average="outer", n_max=6, l_max=4)),
    ("alloy", dict(average="inner")), ("alloy", dict(r_cut=6, sigma=1.0, average="outer")),
    ("silicon", {}), ("silicon", dict(n_max=9, l_max=3, average="inner")), ("silicon", dict(sigma=0.2, average="outer")),
    ("slab", dict(n_max=4, l_max=5)), ("water", dict(n_max=6, l_max=4)), ("water", dict(n_max=1, l_max=0)), ("water", dict(n_max=3, l_max=12)),
    *((name, dict(n_max=5, l_max=4, compression=mode, average=average))
      for name in ("tetragonal", "slab") for mode in ("mu2", "mu1nu1", "crossover") for average in ("off", "inner", "outer")),
    ("tetragonal", dict(n_max=4, rbf="polynomial")), ("water", dict(n_max=4, rbf="polynomial")),
    ("tetragonal", dict(n_max=3, rbf="polynomial", average="inner")), ("slab", dict(n_max=3, l_max=4, rbf="polynomial", average="outer", compression="mu1nu1")),
]


def main(folder: str) -> None:
    known = structures()
    with (Path(folder) / "reference.txt").open("w") as out:
        for name, atoms in known.items():
            print("structure", name, len(atoms), *(f"{x:.17g}" for x in np.asarray(atoms.cell).ravel()), *atoms.pbc.astype(int), file=out)
            for number, position in zip(atoms.numbers, atoms.positions):
                print(number, *(f"{x:.17g}" for x in position), file=out)
        for name, changes in CASES:
            options = DEFAULT | changes
            atoms = known[name]
            soap = SOAP(species=sorted(set(atoms.numbers)), periodic=bool(atoms.pbc.any()), **options | {"compression": {"mode": options["compression"]}})
            rows = np.atleast_2d(soap.create(atoms))
            if options["average"] == "off":
                rows = rows[:1]  # of the first atom
            print("case", name, *(options[key] for key in DEFAULT), rows.shape[1], file=out)
            print(*(f"{x:.13g}" for x in rows[0]), file=out)


main(*sys.argv[1:])
