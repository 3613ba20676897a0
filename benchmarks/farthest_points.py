"""Our farthest-point sampling beside skmatter's Voronoi FPS: CPU time, one thread each, turn by turn, and the same points taken.

    OPENBLAS_NUM_THREADS=1 python benchmarks/farthest_points.py build/release/bench_farthest_points [points.npy]

in an environment with skmatter==0.4.1.  Without a file: 10 000 points in 952 dimensions, forty principal directions with falling spread and noise.
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


def main(program: str, *files: str) -> None:
    points = np.ascontiguousarray(np.load(files[0]) if files else synthetic(), dtype=np.float64)
    best = {"ours": 1e9, "VoronoiFPS": 1e9, "FPS": 1e9}
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
                same = [int(k) for k in ours] == selector.selected_idx_.tolist()
                print(f"{peer.__name__}: {'the same points' if same else 'other points'}")
    print(", ".join(f"{name} {seconds:.3f} s" for name, seconds in best.items()), f"ratio {best['VoronoiFPS'] / best['ours']:.2f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
