"""Writes a small SevenNet of random weights, exported as a user would, and what the package says of some structures.

    pip install torch==2.13.0 sevenn==0.13.0
    python small_sevennet.py

in an environment of its own writes sevennet.pt and sevennet.extxyz (structures with the package's energies, forces and
stresses in single precision) beside this script.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from ase.calculators.singlepoint import SinglePointCalculator
from ase.io import read, write
from sevenn.calculator import SevenNetCalculator
from sevenn.model_build import build_E3_equivariant_model
from sevenn.util import load_checkpoint
from train_mace import reference_structures

HERE = Path(__file__).parent


def checkpoint(file: Path) -> None:
    """SevenNet-0's recipe with fewer channels and layers."""
    torch.manual_seed(1)
    config = load_checkpoint("7net-0").config
    layers = ["16x0e", "16x0e+16x1e", "16x0e"]
    config.update(irreps_manual=layers, channel=16, lmax=1, num_convolution_layer=len(layers) - 1,
                  conv_denominator=[40.0] * (len(layers) - 1), shift=-1.0, scale=1.0, use_species_wise_shift_scale=False,
                  weight_nn_hidden_neurons=[16, 16], _number_of_species=2, _type_map={13: 0, 28: 1}, device="cpu")
    config["chemical_species"] = ["Al", "Ni"]
    weights = build_E3_equivariant_model(dict(config)).state_dict()
    torch.save({"model_state_dict": weights, "config": config, "epoch": 0}, file)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        checkpoint(folder / "small.pth")
        subprocess.run([Path(sys.executable).parent / "sevenn_get_model", "small.pth", "-o", HERE / "sevennet"], cwd=folder, check=True)
        calculator = SevenNetCalculator(str(folder / "small.pth"), device="cpu")
    file = HERE / "sevennet.extxyz"
    write(file, reference_structures())
    frames = read(file, ":")  # rounded as they are written
    for atoms in frames:
        atoms.calc = calculator
        results = {"energy": float(atoms.get_potential_energy()), "forces": atoms.get_forces().astype(float)}
        if atoms.pbc.all():
            results["stress"] = atoms.get_stress().astype(float)
        atoms.calc = SinglePointCalculator(atoms, **results)
    write(file, frames)


if __name__ == "__main__":
    main()
