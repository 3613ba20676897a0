"""Our farthest-point sampling beside skmatter's Voronoi FPS: CPU time, one thread each, turn by turn, and the same points taken.

    OPENBLAS_NUM_THREADS=1 python benchmarks/farthest_points.py build/release [points.npy]

in an environment with skmatter==0.4.1.  The points are the SOAP vectors (952 numbers) of 10 000 atoms in rattled FeNi that bench_soap makes; then 10 000 points with forty
principal directions of falling spread and noise; or those of a file.
"""

import subprocess
import sys
import tempfile
import time

import numpy as np
from skmatter.sample_selection import FPS, VoronoiFPS


def synthetic() -> np.ndarray:
    random = np.random.default_rng(7)
    spread = 1 / (1 + np.arange(40))
    return (random.normal(size=(10000, 40)) * spread) @ random.normal(size=(40, 952)) + 0.01 * random.normal(size=(10000, 952))


def soap(folder: str, programs: str) -> np.ndarray:
    subprocess.run([f"{programs}/bench_soap", "make", f"{folder}/feni.extxyz"], check=True)
    subprocess.run([f"{programs}/bench_soap", "points", f"{folder}/feni.extxyz", f"{folder}/points", "10000"], check=True)
    return np.fromfile(f"{folder}/points").reshape(10000, -1)


def compare(name: str, program: str, points: np.ndarray) -> None:
    best = {"ours": 1e9, "VoronoiFPS": 1e9, "FPS": 1e9}
    same = True
    with tempfile.NamedTemporaryFile() as file:
        points.tofile(file.name)
        for _ in range(3):
            said = subprocess.run([program, file.name, str(points.shape[1]), "300"], capture_output=True, text=True, check=True)
            seconds, *ours = said.stdout.split()
            best["ours"] = min(best["ours"], float(seconds))
            for peer in (VoronoiFPS, FPS):
                selector = peer(n_to_select=300, initialize=0)
                start = time.process_time()
                selector.fit(points)
                best[peer.__name__] = min(best[peer.__name__], time.process_time() - start)
                same = same and [int(k) for k in ours] == selector.selected_idx_.tolist()
    print(f"{name}: " + ", ".join(f"{who} {seconds:.3f} s" for who, seconds in best.items()),
          f"ratio {best['VoronoiFPS'] / best['ours']:.2f}, {'the same points' if same else 'other points'}", flush=True)


def main(programs: str, *files: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        clouds = {file: np.load(file) for file in files} or {"SOAP": soap(folder, programs), "synthetic": synthetic()}
    for name, points in clouds.items():
        compare(name, f"{programs}/bench_farthest_points", np.ascontiguousarray(points, dtype=np.float64))


if __name__ == "__main__":
    main(*sys.argv[1:])
