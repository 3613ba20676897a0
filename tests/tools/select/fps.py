"""`mlip-auto select fps`: copies and known structures are not taken, quotas hold, the order is told; bad input is named.

argv: mlip-auto.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from ase.build import bulk
from ase.io import read, write


def check(holds: bool, what: str) -> None:
    if not holds:
        sys.exit(f"failed: {what}")


def main() -> None:
    program = str(Path(sys.argv[1]).resolve())
    frames = []
    for k in range(12):
        atoms = bulk("Al", "fcc", a=4.05, cubic=True)
        atoms.rattle(0.02 * k, seed=k)
        atoms.info["config_type"] = "cold" if k < 6 else "hot"
        frames.append(atoms)
    frames.append(frames[11].copy())
    alloy = bulk("NiAl", "cesiumchloride", a=2.88)
    alloy.info["config_type"] = "alloy"
    with tempfile.TemporaryDirectory(prefix="mlip-fps-") as name:
        folder = Path(name)
        write(folder / "all.extxyz", [*frames, alloy])
        write(folder / "known.extxyz", frames[8:])

        def select(*words: str) -> subprocess.CompletedProcess:
            command = [program, "select", "fps", *words]
            return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)

        def chosen(*words: str) -> list:
            done = select("all.extxyz", *words, "--out", "out.xyz")
            check(done.returncode == 0, done.stderr)
            return read(folder / "out.xyz", ":")

        some = chosen("--count", "5")
        check([a.info["fps_rank"] for a in some] == [0, 1, 2, 3, 4], "the order is told")
        check(any("Ni" in a.get_chemical_symbols() for a in some[:2]), "the odd one comes early")
        check(all(x.info["fps_distance"] >= y.info["fps_distance"] for x, y in zip(some[1:], some[2:])), "ever nearer")
        check(len(chosen("--count", "99")) == 13, "a copy is not taken")
        left = chosen("--count", "99", "--known", "known.extxyz")
        check(len(left) == 9, f"{len(left)} are left: eight and the alloy")
        types = [a.info["config_type"] for a in chosen("--count", "99", "--quota", "hot", "2")]
        check(types.count("hot") == 2 and types.count("cold") == 6, f"{types}")
        for words, complaint in [
            (["all.extxyz", "--count", "3", "--quota", "warm", "2"], "'warm'"),
            (["all.extxyz", "--count", "3", "--quota", "hot", "few"], "'few'"),
            (["nowhere.xyz", "--count", "3"], "nowhere.xyz"),
            (["all.extxyz", "--count", "3", "--potential", "nowhere.yaml"], "nowhere.yaml"),
        ]:
            refused = select(*words, "--out", "none.xyz")
            check(refused.returncode in (1, 2) and complaint in refused.stderr, f"{words}: {refused.stderr}")
        check(not list(folder.glob("none.xyz*")) and not list(folder.glob("mlip-points*")), "nothing is left behind")


main()
