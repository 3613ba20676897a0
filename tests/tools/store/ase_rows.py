"""What ASE itself reads from and writes to a database of ours; prints JSON for the test to check.

usage: ase_rows.py read FILE | write FILE | update FILE
"""
import json
import sys

import numpy as np
from ase import Atoms
from ase.build import bulk, molecule
from ase.calculators.singlepoint import SinglePointCalculator
from ase.constraints import FixAtoms
from ase.db import connect


def read(file):
    rows = []
    for row in connect(file).select():
        atoms = row.toatoms()
        entry = {"id": row.id, "formula": row.formula, "pbc": atoms.pbc.tolist(), "cell": atoms.cell.tolist(),
                 "positions": atoms.positions.tolist(), "pairs": row.key_value_pairs, "natoms": row.natoms,
                 "mass": row.mass, "volume": row.get("volume"), "data": sorted(row.data)}
        if row.get("energy") is not None:
            entry.update(energy=atoms.get_potential_energy(), free_energy=row.free_energy, fmax=row.fmax,
                         forces=atoms.get_forces().tolist(), mask=list(row.data["force_mask"]),
                         attempts=row.data["attempts"])
        if row.get("stress") is not None:
            entry.update(stress=atoms.get_stress().tolist(), smax=row.smax)
        if row.get("magmoms") is not None:
            entry["magmoms"] = atoms.get_magnetic_moments().tolist()
        rows.append(entry)
    print(json.dumps(rows))


def write(file):
    database = connect(file)
    atoms = bulk("Ni", cubic=True)
    atoms.calc = SinglePointCalculator(atoms, energy=-1.5, free_energy=-1.75, forces=np.full((4, 3), 0.25),
                                       stress=np.arange(1, 7) * 0.01)
    database.write(atoms, generation=2, uncertainty_gamma=3.5, holdout=True, config_type="mine", note="kept",
                   data={"array": np.arange(5.0), "word": "kept", "z": 1 + 2j})
    water = molecule("H2O")
    water.set_constraint(FixAtoms([0]))
    water.set_velocities(np.ones((3, 3)))
    database.write(water)
    slab = Atoms("Al2", positions=[[0, 0, 0], [0, 0, 2.5]], cell=[3, 3, 20], pbc=[True, True, False])
    database.write(slab, state="queued", priority=4)
    database.write(Atoms())


def update(file):
    """What is left of the row that `write` made and our program changed."""
    row = connect(file).get(1)
    print(json.dumps({"note": row.note, "state": row.state, "word": row.data["word"], "z": str(row.data["z"]),
                      "array": row.data["array"].tolist(), "energy": row.energy, "free_energy": row.free_energy}))


{"read": read, "write": write, "update": update}[sys.argv[1]](sys.argv[2])
