"""Our MACE engine beside TorchScript, which mace-torch exports to: CPU time a structure, double precision, one thread each.

    python benchmarks/mace_models.py build/release/bench_mace build/release/mlip-auto

in an environment with torch==2.13.0 and mace-torch==0.3.16.  The models have random weights and the sizes of MACE-MP-0
(medium) and MACE-MPA-0, 89 elements; FeNi of 8, 32 and 64 atoms.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ["TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD"] = "1"  # e3nn's own constants

import ase.io
import numpy as np
import torch
from ase.build import bulk
from e3nn import o3
from mace import modules

ELEMENTS = [z for z in range(1, 95) if not 84 <= z <= 88]


def model(density: bool) -> torch.nn.Module:
    torch.manual_seed(0)
    torch.set_default_dtype(torch.float64)
    first = modules.RealAgnosticDensityInteractionBlock if density else modules.RealAgnosticResidualInteractionBlock
    later = modules.RealAgnosticDensityResidualInteractionBlock if density else first
    return modules.ScaleShiftMACE(
        r_max=6.0, num_bessel=10, num_polynomial_cutoff=5, max_ell=3, interaction_cls=later, interaction_cls_first=first,
        num_interactions=2, num_elements=len(ELEMENTS), hidden_irreps=o3.Irreps("128x0e+128x1o"),
        MLP_irreps=o3.Irreps("16x0e"), atomic_energies=np.zeros((1, len(ELEMENTS))), avg_num_neighbors=60.0,
        atomic_numbers=ELEMENTS, correlation=3, gate=torch.nn.functional.silu, radial_type="bessel",
        distance_transform="Agnesi" if density else "None", pair_repulsion=density, radial_MLP=[64, 64, 64],
        atomic_inter_scale=0.8, atomic_inter_shift=0.0, heads=["default"])


def iron_nickel(repeats: tuple[int, int, int]):
    atoms = bulk("Ni", "fcc", a=3.56, cubic=True).repeat(repeats)
    random = np.random.default_rng(1)
    symbols = ["Fe", "Ni"] * (len(atoms) // 2)
    random.shuffle(symbols)
    atoms.set_chemical_symbols(symbols)
    atoms.positions += random.normal(0, 0.05, atoms.positions.shape)
    return atoms


def main(program: str, converter: str) -> None:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ase.io.write(folder / "feni.extxyz", [iron_nickel(repeats) for repeats in ((2, 1, 1), (2, 2, 2), (4, 2, 2))])
        for size, density in (("MACE-MP-0", False), ("MACE-MPA-0", True)):
            network = model(density)
            print(f"== {size}: {sum(p.numel() for p in network.parameters())} parameters", flush=True)
            torch.save(network, folder / "mace.model")
            export, converted = folder / "mace.model-lammps.pt", folder / "mace.mace"
            for words in ([Path(sys.executable).parent / "mace_create_lammps_model", "mace.model", "--dtype", "float64"],
                          [Path(converter).resolve(), "surrogate", "convert", export, "--elements", "Fe,Ni", "--out", converted]):
                subprocess.run(words, cwd=folder, env=environment, check=True, capture_output=True)
            subprocess.run([program, converted, export, folder / "feni.extxyz", "3"], env=environment, check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
