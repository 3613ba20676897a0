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


DEFAULT = dict(r_cut=5, n_max=8, l_max=6, sigma=0.5, rbf="gto", compression="off", average="off", weighting="none")
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


def weighted(name: str, weights: dict, **changes) -> tuple[str, dict]:
    return name, dict(n_max=4, l_max=3, weighting=weights) | changes


# exp of dscribe grows with the distance; poly has a kink where it ends, here before and behind the cutoff
CASES += [
    weighted("tetragonal", dict(function="poly", r0=4.0, c=1.3, m=2.0)), weighted("alloy", dict(function="poly", r0=6.0, c=1.0, m=1.0), average="inner"),
    weighted("slab", dict(function="pow", r0=2.0, c=1.0, d=1.0, m=5.0)), weighted("tetragonal", dict(function="pow", r0=1.7, c=2.0, d=0.4, m=2.5), average="outer"),
    weighted("water", dict(function="pow", r0=1.0, c=1.0, d=0.0, m=1.0, w0=0.0)), weighted("silicon", dict(function="exp", r0=1.5, c=0.7, d=0.2)),
    weighted("slab", dict(function="exp", r0=2.0, c=1.0, d=1.0, w0=2.0), rbf="polynomial", n_max=3, compression="mu1nu1", average="inner"),
    weighted("tetragonal", dict(w0=0.0)), weighted("water", dict(w0=3.0), average="outer"),
]


def weights_said(weights: dict | str) -> str:
    """Function, r0, c, d, m and the weight of the centre, -1 where it is not set."""
    given = {} if weights == "none" else weights
    return " ".join(str(given.get(key, other)) for key, other in
                    (("function", "none"), ("r0", 1), ("c", 1), ("d", 1), ("m", 1), ("w0", -1)))


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
            weighting = None if options["weighting"] == "none" else dict(options["weighting"])
            soap = SOAP(species=sorted(set(atoms.numbers)), periodic=bool(atoms.pbc.any()),
                        **options | {"compression": {"mode": options["compression"]}, "weighting": weighting})
            rows = np.atleast_2d(soap.create(atoms))
            if options["average"] == "off":
                rows = rows[:1]  # of the first atom
            print("case", name, *(options[key] for key in DEFAULT if key != "weighting"), weights_said(options["weighting"]), rows.shape[1], file=out)
            print(*(f"{x:.13g}" for x in rows[0]), file=out)


main(*sys.argv[1:])
