"""Energy and forces of one potential by python-ace's recursive evaluator, the one LAMMPS runs, and by ours.

Arguments: program bench_ace_evaluation and a folder for its files.  Both read the same .yace, have one thread and evaluate the same
500 atoms in turns; CPU seconds of the evaluation alone, neighbour lists not counted, least of the passes.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"

import pathlib
import subprocess
import sys
import time
import warnings

warnings.filterwarnings("ignore")
import ase.io
import numpy as np
from pyace import PyACECalculator

PASSES = 15


class Theirs:
    def __init__(self, folder, name, atoms):
        self.calculator = PyACECalculator(str(folder / f"{name}.yace"), recursive_evaluator=True, recursive=True)
        self.calculator.compute_projections = False
        self.environment = self.calculator.get_atomic_env(atoms)
        self.pairs = sum(len(each) for each in self.environment.neighbour_list)

    def evaluate(self):
        start = time.process_time()
        self.calculator.ace.compute(self.environment, compute_projections=False)
        return time.process_time() - start, self.calculator.ace.energy


class Ours:
    def __init__(self, program, folder, name):
        self.process = subprocess.Popen([program, "serve", folder, name], text=True, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)

    def evaluate(self):
        print(file=self.process.stdin, flush=True)
        seconds, energy, pairs = self.process.stdout.readline().split()
        self.pairs = int(pairs)
        return float(seconds), float(energy)


def main(program, folder):
    subprocess.run([program, "write", folder], check=True)
    atoms = ase.io.read(folder / "copper.xyz")
    for name in "small", "large":
        theirs, ours = Theirs(folder, name, atoms), Ours(program, folder, name)
        times = []
        for _ in range(PASSES):
            (t, e), (u, f) = theirs.evaluate(), ours.evaluate()
            assert abs(e - f) <= 1e-9 * abs(e), f"energies differ: {e} and {f} eV"
            times.append((t, u))
        assert theirs.pairs == ours.pairs, f"python-ace has {theirs.pairs} pairs, we have {ours.pairs}"
        t, u = 1e6 * np.min(times, axis=0) / len(atoms)
        print(f"{name}: {ours.pairs / len(atoms):.0f} neighbours, energies equal; python-ace {t:.1f} us/atom, "
              f"ours {u:.1f}: {t / u:.1f} times faster")


main(sys.argv[1], pathlib.Path(sys.argv[2]))
