"""Write frames with ASE, and beside them the numbers that ASE itself reads back.

Arguments: the extended XYZ file, the file of doubles (laid out as ase_reads_ours.py says), a POSCAR.
"""

import sys

import ase.io
import numpy as np
from ase import Atoms
from ase.calculators.singlepoint import SinglePointCalculator


def frame(rng: np.random.Generator) -> Atoms:
    n = int(rng.integers(1, 6))
    atoms = Atoms(rng.choice(["H", "Fe", "Lr", "Si"], n), positions=rng.normal(size=(n, 3)) * 9,
                  cell=rng.normal(size=(3, 3)) * 5, pbc=rng.integers(0, 2, 3).astype(bool))
    atoms.calc = SinglePointCalculator(
        atoms, energy=rng.normal() * 1e3, forces=rng.normal(size=(n, 3)),
        stress=rng.normal(size=6) * 1e-3, magmoms=rng.normal(size=n))
    atoms.info = {"real": rng.normal() * 10.0 ** rng.integers(-200, 200), "integer": 7,
                  "flag": bool(rng.integers(2)), "text": "a b's \"c\"", "nested": [[1, 2.5], [3, 4]],
                  "array": rng.normal(size=4), "matrix": np.arange(6).reshape(2, 3),
                  "flags": np.array([True, False])}
    atoms.arrays["group"] = rng.integers(-5, 5, n)
    atoms.arrays["fixed"] = rng.integers(0, 2, n).astype(bool)
    return atoms


def main(xyz: str, numbers: str, poscar: str) -> None:
    rng = np.random.default_rng(11)
    ase.io.write(xyz, [frame(rng) for _ in range(40)], format="extxyz")
    with open(numbers, "wb") as out:
        for atoms in ase.io.read(xyz, index=":", format="extxyz"):
            np.concatenate([
                [len(atoms)], atoms.cell.array.ravel(), atoms.positions.ravel(),
                atoms.get_forces().ravel(), [atoms.get_potential_energy()], atoms.get_stress(),
                atoms.get_magnetic_moments(), [atoms.info["real"]], atoms.info["array"],
                atoms.arrays["group"], atoms.arrays["fixed"], atoms.pbc, atoms.numbers,
            ]).astype("<f8").tofile(out)
    crystal = Atoms("Ni3Al", scaled_positions=rng.random((4, 3)), cell=rng.normal(size=(3, 3)) * 5,
                    pbc=True)
    ase.io.write(poscar, crystal, format="vasp", direct=True, vasp5=True)
    back = ase.io.read(poscar, format="vasp")
    with open(numbers, "ab") as out:
        np.concatenate([back.cell.array.ravel(), back.positions.ravel(), back.numbers]) \
            .astype("<f8").tofile(out)


main(*sys.argv[1:])
