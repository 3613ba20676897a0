"""SOAP descriptors by dscribe and by us: CPU time an atom, one thread each, turn by turn, on the same rattled FeNi, and the same numbers.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/soap.py build/release/bench_soap

in an environment with dscribe==2.1.2 and ase.
"""

import subprocess
import sys
import tempfile
import time

import numpy as np
from ase.io import read
from dscribe.descriptors import SOAP

CASES = [(what, cutoff, sigma) for cutoff, sigma in ((5.0, 0.5), (6.0, 0.5), (5.0, 1.0)) for what in ("off", "inner", "outer")]


def run(program: str, *words: object) -> list[str]:
    return subprocess.run([program, *map(str, words)], capture_output=True, text=True, check=True).stdout.split()


def peer(soap: SOAP, frames: list) -> tuple[float, float]:
    start = time.process_time()
    total = sum(float(np.sum(soap.create(atoms))) for atoms in frames)
    return 1e6 * (time.process_time() - start) / sum(map(len, frames)), total


def main(program: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/feni.extxyz"
        run(program, "make", file)
        frames = read(file, ":")
        for what, cutoff, sigma in CASES:
            soap = SOAP(species=["Fe", "Ni"], periodic=True, r_cut=cutoff, n_max=8, l_max=6, sigma=sigma, average=what)
            ours, theirs = [], []
            for _ in range(3):
                ours.append([float(x) for x in run(program, "time", file, what, cutoff, sigma, 1)])
                theirs.append(peer(soap, frames))
            apart = abs(ours[0][2] / theirs[0][1] - 1)
            us, them = min(x[0] for x in ours), min(x[0] for x in theirs)
            two = min(float(run(program, "time", file, what, cutoff, sigma, 2)[1]) for _ in range(3))
            one = min(float(run(program, "time", file, what, cutoff, sigma, 1)[1]) for _ in range(3))
            print(f"{what:6} cutoff {cutoff} sigma {sigma}: dscribe {them:6.1f} µs/atom, ours {us:5.2f}, ratio {them / us:5.1f}; "
                  f"two threads {one / two:.2f} x one; sums agree to {apart:.0e}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
