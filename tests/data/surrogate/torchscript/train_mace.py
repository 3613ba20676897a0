"""Trains a small MACE, exports it as a user would, and writes what the package says of some structures.

    pip install torch==2.13.0 mace-torch==0.3.16
    python train.py

in an environment of its own writes alni.model-lammps.pt, alni.extxyz (structures with the package's energies, forces and
stresses in double precision) and other.pt (a TorchScript module that is no potential) beside this script; a minute on one core.  The labels are those of ASE's EMT.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
from ase import Atoms
from ase.build import bulk, fcc111
from ase.calculators.emt import EMT
from ase.calculators.singlepoint import SinglePointCalculator
from ase.io import read, write

HERE = Path(__file__).parent
RECIPE = ("--model MACE --num_channels 16 --max_L 0 --max_ell 2 --correlation 2 --r_max 4.5 --E0s average "
          "--energy_key REF_energy --forces_key REF_forces --stress_key REF_stress --compute_stress True --loss stress "
          "--valid_fraction 0.1 --batch_size 5 --max_num_epochs 12 --device cpu --default_dtype float64 --seed 1")


def alloy(random: numpy.random.Generator, edge: float, cubic: bool) -> Atoms:
    atoms = bulk("Ni", "fcc", a=edge, cubic=cubic)
    if not cubic:
        atoms = atoms.repeat((2, 1, 1))
    atoms.set_chemical_symbols(random.choice(["Al", "Ni"], len(atoms)))
    atoms.set_cell(atoms.cell @ (numpy.eye(3) + random.normal(0, 0.03, (3, 3))), scale_atoms=True)
    atoms.positions += random.normal(0, 0.08, atoms.positions.shape)
    return atoms


def label(atoms: Atoms) -> Atoms:
    atoms.calc = EMT()
    atoms.info.update(REF_energy=atoms.get_potential_energy(), REF_stress=atoms.get_stress())
    atoms.arrays["REF_forces"] = atoms.get_forces()
    atoms.calc = None
    return atoms


def reference_structures() -> list[Atoms]:
    random = numpy.random.default_rng(2)
    slab = fcc111("Ni", (1, 1, 3), a=3.6, vacuum=6)
    slab.numbers[1] = 13
    slab.positions += random.normal(0, 0.05, slab.positions.shape)
    corners = [[0, 0, 0], [2.6, 0, 0], [0, 2.6, 0], [0, 0, 2.6], [2, 2, 2]]
    cluster = Atoms("Al2Ni3", positions=random.normal(0, 0.1, (5, 3)) + corners)
    return [alloy(random, edge, cubic) for edge in (3.5, 3.7, 3.9) for cubic in (True, False)] + [
        bulk("Al", "fcc", a=4.05), bulk("Ni", "fcc", a=3.52), alloy(random, 3.7, True).repeat((2, 2, 1)), slab, cluster,
        Atoms("Ni", cell=[20, 20, 20], pbc=True)]


def train(folder: Path) -> Path:
    random = numpy.random.default_rng(1)
    frames = [label(alloy(random, random.uniform(3.4, 4.1), bool(k % 2))) for k in range(50)]
    write(folder / "train.extxyz", frames)
    bin_folder = Path(sys.executable).parent
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    for words in (["mace_run_train", "--name", "alni", "--train_file", "train.extxyz", *RECIPE.split()],
                  ["mace_create_lammps_model", "alni.model", "--dtype", "float64"]):
        subprocess.run([bin_folder / words[0], *words[1:]], cwd=folder, env=environment, check=True)
    return folder


def main() -> None:
    import torch
    from mace.calculators import MACECalculator

    with tempfile.TemporaryDirectory() as name:
        folder = train(Path(name))
        shutil.copy(folder / "alni.model-lammps.pt", HERE)
        calculator = MACECalculator(model_paths=str(folder / "alni.model"), device="cpu", default_dtype="float64")
    write(HERE / "alni.extxyz", reference_structures())
    frames = read(HERE / "alni.extxyz", ":")  # rounded as they are written
    for atoms in frames:
        atoms.calc = calculator
        results = {"energy": atoms.get_potential_energy(), "forces": atoms.get_forces()}
        if atoms.pbc.all():
            results["stress"] = atoms.get_stress()
        atoms.calc = SinglePointCalculator(atoms, **results)
    write(HERE / "alni.extxyz", frames)
    torch.jit.script(torch.nn.Identity()).save(HERE / "other.pt")


if __name__ == "__main__":
    main()
