"""Our `generate sqs` beside sqsgenerator and icet: the same lattices, the same objective, CPU time.

    python benchmarks/sqs.py build/release/mlip-auto

in an environment with sqsgenerator==0.5.6, icet==4.0 and ase.  The peers run as long as their table says and their best counts; ours runs until it
has reached the goal, twenty seeds (five of the large cells), both cores; its CPU time holds start, reading and writing.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from ase.build import bulk
from ase.io import read, write
from ase.neighborlist import neighbor_list
from icet import ClusterSpace
from icet.tools.structure_generation import generate_sqs_from_supercells
from sqsgenerator import optimize

TWO, FIVE = ["Fe", "Ni"], ["Cr", "Mn", "Fe", "Co", "Ni"]
FCC, BCC = bulk("Ni", "fcc", a=3.6), bulk("Fe", "bcc", a=2.87)
CASES = [  # name, lattice, elements, goal, seeds
    ("FeNi fcc 32", bulk("Ni", "fcc", a=3.6, cubic=True).repeat(2), TWO, 0, 20),
    ("FeNi fcc 64", FCC.repeat(4), TWO, 0, 20),
    ("CrMnFeCoNi fcc 40", FCC.repeat((5, 4, 2)), FIVE, 1.003, 5),
    ("CrMnFeCoNi bcc 40", BCC.repeat((5, 4, 2)), FIVE, 1.109, 5),
    ("CrMnFeCoNi fcc 100", FCC.repeat((5, 5, 4)), FIVE, 0.30, 5),
    ("CrMnFeCoNi bcc 100", BCC.repeat((5, 5, 4)), FIVE, 0.33, 5),
    ("CrMnFeCoNi fcc 500", bulk("Ni", "fcc", a=3.6, cubic=True).repeat(5), FIVE, 0.045, 5),
]


def objective(atoms) -> float:
    """Sum over five shells s and pairs of elements of |Warren-Cowley parameter| / s, all images counted."""
    first, second, distance = neighbor_list("ijd", atoms, 7.2)
    radii = np.unique(distance.round(2))
    shell = np.searchsorted((radii[:5] + radii[1:6]) / 2, distance)
    elements = sorted(set(atoms.numbers))
    kind = np.searchsorted(elements, atoms.numbers)
    share = np.bincount(kind) / len(atoms)
    total = 0.0
    for s in range(5):
        here = shell == s
        counts = np.zeros((len(elements),) * 2)
        np.add.at(counts, (kind[first[here]], kind[second[here]]), 1)
        order = 1 - counts / (here.sum() * np.outer(share, share))
        total += np.abs(order[np.triu_indices(len(elements), 1)]).sum() / (s + 1)
    return total


def sqsgenerator(atoms, elements, iterations: int):
    """Shell weights go through pair_weights: 0.5.6 does not use the values of shell_weights."""
    pairs = np.ones((len(elements),) * 2) - np.eye(len(elements))
    start = time.process_time()
    best = optimize({
        "structure": {"lattice": atoms.cell.tolist(), "coords": atoms.get_scaled_positions().tolist(),
                      "species": atoms.get_chemical_symbols(), "supercell": [1, 1, 1]},
        "composition": {e: len(atoms) // len(elements) for e in elements},
        "iterations": iterations, "iteration_mode": "random", "max_results_per_objective": 1,
        "shell_weights": {s: 1 / s for s in range(1, 6)},
        "pair_weights": [(pairs / s / 2).tolist() for s in range(1, 6)]}).best()
    seconds = time.process_time() - start
    found = atoms.copy()
    found.set_chemical_symbols(best.species)
    return objective(found), seconds


def icet(atoms, elements, steps: int):
    start = time.process_time()
    primitive = FCC if atoms[0].symbol == "Ni" else BCC
    radius = np.sort(neighbor_list("d", primitive, 7.2).round(2))
    cutoff = np.unique(radius)[4] + 0.05
    space = ClusterSpace(primitive, [cutoff], elements)
    target = {e: 1 / len(elements) for e in elements}
    found = generate_sqs_from_supercells(space, [atoms], target, n_steps=steps, random_seed=1)
    return objective(found), time.process_time() - start


def ours(program: str, file: Path, atoms, elements, goal: float, seed: int):
    out = file.with_name("out.xyz")
    fractions = ",".join(f"{e}:{1 / len(elements)}" for e in elements)
    before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([program, "generate", "sqs", "--lattice", str(file), "--composition", fractions, "--goal", str(goal),
                    "--seed", str(seed), "--chains", "100000", "--swaps", str(swaps_of(len(atoms))), "--out", str(out)],
                   check=True, capture_output=True)
    wall, after = time.perf_counter() - wall, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return objective(read(out)), cpu, wall


def swaps_of(atoms: int) -> int:
    return 2000 * atoms if atoms < 40 else 20000 * atoms if atoms < 200 else 80000 * atoms


def main(program: str) -> None:
    for name, atoms, elements, goal, seeds in CASES:
        peers = {}
        for iterations in (100_000, 1_000_000):
            peers[f"sqsgenerator {iterations:.0e}"] = sqsgenerator(atoms, elements, iterations)
        for steps in (3_000, 20_000) if len(atoms) <= 100 else ():
            peers[f"icet {steps}"] = icet(atoms, elements, steps)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "lattice.extxyz"
            write(file, atoms)
            runs = [ours(program, file, atoms, elements, goal, seed) for seed in range(seeds)]
        best = min(peers, key=lambda peer: peers[peer][0])
        print(f"{name}: ours {max(r[0] for r in runs):.4f} at worst, median CPU {statistics.median(r[1] for r in runs):.3f} s, "
              f"wall {statistics.median(r[2] for r in runs):.3f} s; best peer {best}: {peers[best][0]:.4f}, {peers[best][1]:.2f} s; "
              + ", ".join(f"{k} {v[0]:.3f} {v[1]:.2f} s" for k, v in peers.items()), flush=True)


if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = "1"
    main(sys.argv[1])
