"""`mlip-auto select screen`: nonsense goes with its reason, by limits from the candidates; energies that are there are used; kill -9
costs nothing; bad input is named.

argv: mlip-auto, tests/data/surrogate.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.build import bulk
from ase.io import read, write

sys.path.append(str(Path(__file__).resolve().parents[1]))
from checks import check  # noqa: E402


def candidates() -> list:
    """30 rattled cells of aluminium, then an overlap, an explosion, a stretched bond and an unknown element."""
    frames = []
    for k in range(30):
        atoms = bulk("Al", "fcc", a=4.0 + 0.004 * k, cubic=True)
        atoms.rattle(0.02 + 0.003 * k, seed=k)
        frames.append(atoms)
    overlap = bulk("Al", "fcc", a=4.05, cubic=True)
    overlap.positions[1] = overlap.positions[0] + [0.6, 0, 0]
    exploded = bulk("Al", "fcc", a=12.0, cubic=True)
    squeezed = bulk("Al", "fcc", a=4.05, cubic=True)
    squeezed.positions[1] = 0.55 * squeezed.positions[1]
    strange = Atoms("Es4", scaled_positions=bulk("Al", cubic=True).get_scaled_positions(), cell=[4, 4, 4], pbc=True)
    return [*frames, overlap, exploded, squeezed, strange]


def many_evaluated(file: Path, count: int) -> None:
    """Cells of two atoms with energies of the model, as a text: ASE would take minutes."""
    random = np.random.default_rng(1)
    with file.open("w") as out:
        for a, x, energy, force in zip(*(random.random(count) for _ in range(4))):
            print(2, f'Lattice="{3.9 + 0.3 * a} 0 0 0 4 0 0 0 2.8" Properties=species:S:1:pos:R:3:forces:R:3 energy={energy - 7.5} '
                  'surrogate=sevennet-0 surrogate_version=11Jul2024 pbc="T T T"',
                  f"Al 0 0 0 {force} 0 0", f"Al {2 + 0.1 * x} 2 1.4 {-force} 0 0", sep="\n", file=out)


def peak_memory(*command: str) -> float:
    """MB of a command that has to succeed."""
    peak = 0.0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:  # rusage would count what Python had before the exec
        while process.poll() is None:
            lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
            own = [int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")]
            peak = own[0] if own else peak
            time.sleep(0.01)
    check(process.returncode == 0, f"{command}")
    return peak


def main() -> None:
    program, model = str(Path(sys.argv[1]).resolve()), str((Path(sys.argv[2]) / "sevennet-0.sevennet").resolve())
    with tempfile.TemporaryDirectory(prefix="mlip-screen-") as name:
        folder = Path(name)
        write(folder / "all.extxyz", candidates())

        def run(*words: str) -> subprocess.CompletedProcess:
            return subprocess.run([program, *words], cwd=folder, capture_output=True, text=True, timeout=300)

        def screen(file: str, *words: str) -> subprocess.CompletedProcess:
            return run("select", "screen", file, "--model", model, "--out", "kept.extxyz", *words)

        done = screen("all.extxyz", "--rejected", "rejected.extxyz", "--map", "map.html")
        check(done.returncode == 0, done.stderr)
        check("30 of 34 candidates kept, by sevennet-0" in done.stdout, done.stdout)
        kept, rejected = read(folder / "kept.extxyz", ":"), read(folder / "rejected.extxyz", ":")
        check(all(np.allclose(a.positions, b.positions) for a, b in zip(kept, candidates())), "in order")
        check(all(a.info["surrogate"] == "sevennet-0" and a.info["surrogate_over_hull"] >= 0 for a in kept), "with energies")
        reasons = [a.info["screen_reason"] for a in rejected]
        check(reasons[0].startswith("atoms overlap: ") and reasons[1].startswith("blown apart: "), f"{reasons}")
        check("more than" in reasons[2] or "overlap" in reasons[2], f"{reasons}")
        check("does not know 'Es'" in reasons[3], f"{reasons}")
        for meaning in ("atoms overlap", "blown apart", "no finite answer of the model"):
            check(meaning in done.stdout, f"{meaning} is counted")
        page = (folder / "map.html").read_text()
        check("Energy and volume of the candidates" in page and "kept" in page, "the page shows it")
        check({p.name for p in folder.iterdir()} == {"all.extxyz", "kept.extxyz", "rejected.extxyz", "map.html"}, "no side file is left")

        check(run("surrogate", "eval", "kept.extxyz", "--model", model, "--out", "known.extxyz").returncode == 0, "eval")
        known = screen("known.extxyz")
        check("30 of 30" in known.stdout and "structures" not in known.stderr, "energies that are there are not computed again")
        narrow = screen("known.extxyz", "--window", "0.01", "--rejected", "rejected.extxyz")
        check("energy too high" in narrow.stdout, narrow.stdout)
        check(all("over the convex hull, more than 0.01" in a.info["screen_reason"] for a in read(folder / "rejected.extxyz", ":")), "the flag rules")

        (folder / "empty.extxyz").write_text("")
        empty = screen("empty.extxyz")
        check(empty.returncode == 2 and "there is no structure to screen" in empty.stderr, empty.stderr)
        missing = screen("nowhere.extxyz")
        check(missing.returncode != 0 and "nowhere.extxyz" in missing.stderr, missing.stderr)

        moved = candidates()[3]
        moved.translate([0.4, -1, 7])
        write(folder / "copied.extxyz", [*candidates()[:30], moved, candidates()[5]])
        fewer = screen("copied.extxyz", "--rejected", "rejected.extxyz")
        check("30 of 32 candidates kept" in fewer.stdout and "2 a copy of an earlier one" in fewer.stdout, fewer.stdout)
        check("30 structures," in fewer.stderr, f"copies are not evaluated: {fewer.stderr}")
        check([a.info["screen_reason"] for a in read(folder / "rejected.extxyz", ":")] == ["a copy of an earlier one"] * 2, "copies are told")
        check(np.allclose(read(folder / "rejected.extxyz", 0).positions, moved.positions), "and given back")
        check(len(read(folder / "kept.extxyz", ":")) == 30, "the first is kept")
        check("32 of 32" in screen("copied.extxyz", "--keep-copies").stdout, "copies are kept where asked for")

        peaks = []
        for count in (2_000, 12_000):
            many_evaluated(folder / "huge.extxyz", count)
            peaks.append(peak_memory(program, "select", "screen", str(folder / "huge.extxyz"), "--model", model,
                                     "--out", str(folder / "kept.extxyz")))
        check(peaks[1] - peaks[0] < 8, f"candidates are not kept in memory: {peaks} MB")

        many = [atoms for _ in range(60) for atoms in candidates()[:30]]
        write(folder / "many.extxyz", many)
        command = [program, "select", "screen", "many.extxyz", "--keep-copies", "--model", model, "--out", "few.extxyz"]
        part = folder / "few.extxyz.energies.extxyz.part"
        with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            while not part.exists() or part.stat().st_size == 0:
                check(process.poll() is None, "it is killed while it works")
                time.sleep(0.01)
            process.kill()
        again = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
        check(again.returncode == 0 and "were evaluated before" in again.stderr, again.stderr)
        check("1800 of 1800" in again.stdout, again.stdout)


main()
