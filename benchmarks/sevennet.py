"""Our SevenNet-0 beside the package's own ASE calculator: CPU time a structure, one thread each, turn by turn.

    python benchmarks/sevennet.py build/release/bench_sevennet MODEL.sevennet

in an environment with torch==2.13.0 and sevenn==0.13.0.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import ase.io
import numpy as np
import torch
from ase.build import bulk
from sevenn.calculator import SevenNetCalculator


def iron_nickel(repeats: tuple[int, int, int], seed: int):
    atoms = bulk("Ni", "fcc", a=3.56, cubic=True).repeat(repeats)
    random = np.random.default_rng(seed)
    symbols = ["Fe", "Ni"] * (len(atoms) // 2)
    random.shuffle(symbols)
    atoms.set_chemical_symbols(symbols)
    atoms.positions += random.normal(0, 0.05, atoms.positions.shape)
    return atoms


def package_seconds(calculator, atoms, calls: int) -> float:
    best = float("inf")
    for _ in range(calls):
        start = time.process_time()
        calculator.calculate(atoms)
        best = min(best, time.process_time() - start)
    return best


def main(program: str, model: str) -> None:
    torch.set_num_threads(1)
    calculator = SevenNetCalculator("7net-0", device="cpu")
    print(f"{'atoms':>5} {'package':>10} {'ours':>10} {'ratio':>6} {'2 threads':>10} {'memory':>8}")
    for repeats in ((2, 1, 1), (2, 2, 2), (4, 2, 2)):
        atoms = iron_nickel(repeats, 1)
        package_seconds(calculator, atoms, 2)
        theirs, ours, threads = float("inf"), float("inf"), 0.0
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "structure.extxyz"
            ase.io.write(file, atoms)
            for _ in range(5):
                theirs = min(theirs, package_seconds(calculator, atoms, 3))
                said = subprocess.run([program, model, str(file), "20"], capture_output=True, text=True, check=True)
                _, seconds, ratio, memory = said.stdout.split()
                ours, threads = min(ours, float(seconds)), max(threads, float(ratio))
        print(f"{len(atoms):5} {1e3 * theirs:7.1f} ms {1e3 * ours:7.2f} ms {theirs / ours:6.1f} {threads:9.2f}x {memory:>5} MB")


if __name__ == "__main__":
    main(*sys.argv[1:])
