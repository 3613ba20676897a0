"""`mlip-auto select`: copies and known structures are not taken, quotas hold, the order is told; arrays and maps are written; bad input is named.

argv: mlip-auto.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from ase.build import bulk
from ase.calculators.singlepoint import SinglePointCalculator
from ase.io import read, write

sys.path.append(str(Path(__file__).resolve().parents[1]))
from checks import check  # noqa: E402


def check_memory(program: str, folder: Path) -> None:
    """Descriptors of many structures are never all in memory."""
    alloy = bulk("Al", "fcc", a=4.05).repeat((2, 1, 1))
    alloy.symbols[1] = "Ni"
    write(folder / "one.extxyz", alloy)
    (folder / "many.extxyz").write_text((folder / "one.extxyz").read_text() * 20_000)
    running = subprocess.Popen([program, "select", "soap", "many.extxyz", "--n-max", "8", "--l-max", "6", "--cutoff", "3", "--out", "many.npy"],
                               cwd=folder, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(running.pid, 0)
    check(status == 0, "many structures are described")
    array = np.load(folder / "many.npy", mmap_mode="r")
    check(array.shape == (20_000, 952) and np.array_equal(array[0], array[-1]), f"{array.shape}")
    check(1024 * usage.ru_maxrss < array.nbytes / 2, f"{usage.ru_maxrss / 1024:.0f} MB for an array of {array.nbytes / 2**20:.0f} MB")


def main() -> None:
    program = str(Path(sys.argv[1]).resolve())
    frames = []
    for k in range(12):
        atoms = bulk("Al", "fcc", a=4.05, cubic=True)
        atoms.rattle(0.02 * k, seed=k)
        atoms.info["config_type"] = "cold" if k < 6 else "hot"
        atoms.calc = SinglePointCalculator(atoms, energy=-13.0 + 0.1 * k)
        frames.append(atoms)
    frames.append(frames[11].copy())
    alloy = bulk("NiAl", "cesiumchloride", a=2.88)
    alloy.info["config_type"] = "alloy"
    with tempfile.TemporaryDirectory(prefix="mlip-fps-") as name:
        folder = Path(name)
        write(folder / "all.extxyz", [*frames, alloy])
        write(folder / "known.extxyz", frames[8:])
        (folder / "empty.extxyz").write_text("")
        (folder / "broken.extxyz").write_text("1\nProperties=species:S:1:pos:R:3 pbc=\"F F F\"\nAl 0 nan 0\n")

        def run(*words: str) -> subprocess.CompletedProcess:
            return subprocess.run([program, "select", *words], cwd=folder, capture_output=True, text=True, timeout=300)

        def chosen(*words: str, method: str = "fps") -> list:
            done = run(method, "all.extxyz", *words, "--out", "out.xyz")
            check(done.returncode == 0, done.stderr)
            return read(folder / "out.xyz", ":")

        for descriptor in ("soap", "ace"):
            by = ("--descriptor", descriptor)
            some = chosen("--count", "5", *by)
            check([a.info["fps_rank"] for a in some] == [0, 1, 2, 3, 4], "the order is told")
            check(any("Ni" in a.get_chemical_symbols() for a in some[:2]), "the odd one comes early")
            check(all(x.info["fps_distance"] >= y.info["fps_distance"] for x, y in zip(some[1:], some[2:])), "ever nearer")
            check(len(chosen("--count", "14", *by)) == 13, "a copy is not taken")
            left = chosen("--count", "14", "--known", "known.extxyz", *by)
            check(len(left) == 9, f"{len(left)} are left: eight and the alloy")
            types = [a.info["config_type"] for a in chosen("--count", "14", "--quota", "hot", "2", *by)]
            check(types.count("hot") == 2 and types.count("cold") == 6, f"{types}")
        turned = frames[7].copy()
        turned.rotate(30, "x", rotate_cell=True)
        turned.info["config_type"] = "hot"
        write(folder / "copied.extxyz", [frames[1], frames[7], turned, frames[1], frames[2], alloy * (2, 1, 1), alloy])
        for method in ("fps", "cur", "dopt"):
            done = run(method, "copied.extxyz", "--count", "7", "--out", "out.xyz", "--map", "map.html")
            check("3 copies of earlier structures are left out" in done.stdout, f"{method}: {done.stdout}{done.stderr}")
            check("structure 5 " in (folder / "map.html").read_text(), f"{method}: numbers are those of the file")
            taken = read(folder / "out.xyz", ":")
            check(all(a.info["config_type"] != "hot" or np.allclose(a.positions, frames[7].positions) for a in taken), f"{method}: the first is kept")
            check(sum("Ni" in a.get_chemical_symbols() for a in taken) == 1, f"{method}: a repeated cell is a copy")
        done = run("fps", "copied.extxyz", "--count", "2", "--known", "all.extxyz", "--keep-copies", "--out", "out.xyz")
        check("left out" not in done.stdout and "nothing was taken" in done.stderr, f"{done.stdout}{done.stderr}")
        done = run("dopt", "copied.extxyz", "--count", "2", "--known", "known.extxyz", "--out", "out.xyz")
        check("3 copies of known or earlier" in done.stdout, done.stdout)
        frames[2].info["config_type"] = 7
        write(folder / "numbered.extxyz", frames[1:3])
        done = run("fps", "numbered.extxyz", "--count", "2", "--quota", "7", "1", "--out", "out.xyz")
        check(done.returncode == 0, f"a number is a config_type: {done.stderr}")
        for method, worth in (("cur", "cur_leverage"), ("dopt", "dopt_gain")):
            some = chosen("--count", "6", "--known", "known.extxyz", "--quota", "cold", "4", "--map", "map.html", method=method)
            check([a.info[f"{method}_rank"] for a in some] == list(range(6)), f"{method}: {len(some)} taken")
            check([a.info["config_type"] for a in some].count("cold") <= 4, f"{method} keeps to the quota")
            check("Ni" in some[0].get_chemical_symbols() and some[0].info[worth] > 0, f"{method} takes what is like nothing known")
            page = (folder / "map.html").read_text()
            check("known before" in page and page.count("taken as number") >= len(some), f"the map of {method} shows what was taken")
            check(("Energy and volume" in page) and "structure 3" in page, "energies are drawn where there are any")
        done = run("soap", "all.extxyz", "--average", "off", "--n-max", "3", "--l-max", "2", "--out", "soap.npy")
        check(done.returncode == 0, done.stderr)
        array = np.load(folder / "soap.npy")
        check(array.shape == (13 * 4 + 2, 6 * 7 // 2 * 3), f"{array.shape}")
        done = run("soap", "all.extxyz", "--compression", "mu2", "--basis", "polynomial", "--n-max", "3", "--out", "small.npy")
        check(done.returncode == 0 and np.load(folder / "small.npy").shape == (14, 6 * 7), "a row a structure, one species")
        check(np.allclose(array[:4], array[0], rtol=1e-9) and not np.allclose(array[0], array[8]), "four like atoms, then others")
        check_memory(program, folder)
        for words, complaint in [
            (["all.extxyz", "--count", "15"], "15 structures"),
            (["empty.extxyz", "--count", "1"], "no structure"),
            (["all.extxyz", "--count", "3", "--known", "all.extxyz"], "nothing was taken"),
            (["broken.extxyz", "--count", "1"], "broken.extxyz"),
            (["all.extxyz", "--count", "3", "--quota", "warm", "2"], "'warm'"),
            (["all.extxyz", "--count", "3", "--quota", "hot", "few"], "'few'"),
            (["nowhere.xyz", "--count", "3"], "nowhere.xyz"),
            (["all.extxyz", "--count", "3", "--potential", "nowhere.yaml"], "nowhere.yaml"),
        ]:
            refused = run("fps", *words, "--out", "none.xyz")
            check(refused.returncode in (1, 2) and complaint in refused.stderr, f"{words}: {refused.stderr}")
        check(not list(folder.glob("none.xyz*")) and not list(folder.glob("mlip-scratch*")), "nothing is left behind")


main()
