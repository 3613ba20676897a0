"""Writes small MACE models of random weights with the architectures of MACE-MP-0 and MACE-MPA-0, exported as a user would, and
what the package says of some structures.

    pip install torch==2.13.0 mace-torch==0.3.16
    python architectures.py

in an environment of its own writes mp0.model-lammps.pt, mpa0.model-lammps.pt (zipped once more: they are mostly zeros) and
NAME.extxyz (structures with the package's energies, forces and stresses in double precision) beside this script.
"""

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

os.environ["TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD"] = "1"  # e3nn's own constants

import numpy
import torch
from ase.calculators.singlepoint import SinglePointCalculator
from ase.io import read, write
from e3nn import o3
from mace import modules
from mace.calculators import MACECalculator
from train import reference_structures

HERE = Path(__file__).parent
NUMBERS = [13, 28, 29]


def model(density: bool) -> torch.nn.Module:
    torch.manual_seed(1)
    torch.set_default_dtype(torch.float64)
    first = modules.RealAgnosticDensityInteractionBlock if density else modules.RealAgnosticResidualInteractionBlock
    later = modules.RealAgnosticDensityResidualInteractionBlock if density else first
    return modules.ScaleShiftMACE(
        r_max=4.5 if density else 4.0, num_bessel=10, num_polynomial_cutoff=5, max_ell=3, interaction_cls=later,
        interaction_cls_first=first, num_interactions=2, num_elements=len(NUMBERS), hidden_irreps=o3.Irreps("16x0e+16x1o"),
        MLP_irreps=o3.Irreps("16x0e"), atomic_energies=numpy.array([[-1.0, -2.0, -3.0]]), avg_num_neighbors=20.0,
        atomic_numbers=NUMBERS, correlation=3, gate=torch.nn.functional.silu, radial_type="bessel",
        distance_transform="Agnesi" if density else "None", pair_repulsion=density, radial_MLP=[64, 64, 64],
        atomic_inter_scale=0.8, atomic_inter_shift=0.1, heads=["default"])


def make(name: str, density: bool, folder: Path) -> None:
    torch.save(model(density), folder / f"{name}.model")
    subprocess.run([Path(sys.executable).parent / "mace_create_lammps_model", f"{name}.model", "--dtype", "float64"],
                   cwd=folder, env={**os.environ, "OMP_NUM_THREADS": "1"}, check=True)
    with (zipfile.ZipFile(folder / f"{name}.model-lammps.pt") as stored,
          zipfile.ZipFile(HERE / f"{name}.model-lammps.pt", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as smaller):
        for entry in stored.namelist():
            if "/code/" not in entry:
                smaller.writestr(zipfile.ZipInfo(entry), stored.read(entry), zipfile.ZIP_DEFLATED)
    calculator = MACECalculator(model_paths=str(folder / f"{name}.model"), device="cpu", default_dtype="float64")
    file = HERE / f"{name}.extxyz"
    structures = reference_structures()
    structures[2].numbers[0] = 29
    write(file, structures)
    frames = read(file, ":")  # rounded as they are written
    for atoms in frames:
        atoms.calc = calculator
        results = {"energy": atoms.get_potential_energy(), "forces": atoms.get_forces()}
        if atoms.pbc.all():
            results["stress"] = atoms.get_stress()
        atoms.calc = SinglePointCalculator(atoms, **results)
    write(file, frames)


with tempfile.TemporaryDirectory() as temporary:
    for architecture in ("mp0", "mpa0"):
        make(architecture, architecture == "mpa0", Path(temporary))
