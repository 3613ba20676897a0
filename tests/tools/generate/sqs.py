"""`mlip-auto generate sqs` on lattices that ASE writes: what numpy counts in the file is what the program says of it.

argv: mlip-auto.
"""

import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy
from ase.build import bulk
from ase.io import read, write
from ase.neighborlist import neighbor_list

sys.path.append(str(Path(__file__).resolve().parents[1]))
from checks import check  # noqa: E402


def objective(atoms, edges: list[float]) -> float:
    """Sum over shells s and pairs of elements of |Warren-Cowley parameter| / s, all images counted."""
    symbols = numpy.array(atoms.get_chemical_symbols())
    first, second, distance = neighbor_list("ijd", atoms, edges[-1])
    shell = numpy.searchsorted(edges, distance)
    share = {symbol: count / len(atoms) for symbol, count in Counter(symbols).items()}
    total = 0.0
    for s in range(len(edges)):
        pairs = list(zip(symbols[first[shell == s]], symbols[second[shell == s]]))
        for a in share:
            for b in share:
                if a < b:
                    total += abs(1 - pairs.count((a, b)) / (len(pairs) * share[a] * share[b])) / (s + 1)
    return total


def main() -> None:
    program = str(Path(sys.argv[1]).resolve())
    fcc = [3.6 * numpy.sqrt((2 * s + 3) / 4) for s in range(5)]
    with tempfile.TemporaryDirectory(prefix="mlip-sqs-") as name:
        folder = Path(name)
        write(folder / "fcc.extxyz", bulk("Ni", "fcc", a=3.6, cubic=True))
        write(folder / "POSCAR", bulk("Ni", "fcc", a=3.6))
        write(folder / "salt.extxyz", bulk("GaAs", "zincblende", a=5.6, cubic=True))

        def generate(*words: str) -> subprocess.CompletedProcess:
            command = [program, "generate", "sqs", *words]
            return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)

        half = ["--composition", "Fe:0.5,Ni:0.5"]
        done = generate("--lattice", "fcc.extxyz", "--repeat", "2", "2", "2", *half, "--seed", "7", "--out", "32.xyz")
        check(done.returncode == 0 and "objective 0.000000" in done.stdout, done.stdout + done.stderr)
        atoms = read(folder / "32.xyz")
        check(atoms.get_chemical_formula() == "Fe16Ni16" and objective(atoms, fcc) < 1e-12, "FeNi is exactly random")
        check(atoms.info["config_type"] == "sqs" and not (folder / "32.xyz.part").exists(), "it says what it is")

        five = generate("--lattice", "POSCAR", "--repeat", "5", "4", "2", "--chains", "4", "--out", "40.xyz",
                        "--composition", "Cr:0.2,Mn:0.2,Fe:0.2,Co:0.2,Ni:0.2")
        said = float(re.search(r"objective (\S+);", five.stdout)[1])
        check(abs(objective(read(folder / "40.xyz"), fcc) - said) < 1e-5 and said < 1.4, five.stdout)

        shapes = generate("--lattice", "POSCAR", "--atoms", "8", *half, "--out", "8.xyz")
        check(objective(read(folder / "8.xyz"), fcc) < 0.0515, shapes.stdout)

        part = generate("--lattice", "salt.extxyz", "--repeat", "2", "2", "1", "--composition", "Ga=Al:0.25,Ga:0.5,X:0.25",
                        "--out", "part.xyz")
        check(part.returncode == 0, part.stderr)
        check(read(folder / "part.xyz").get_chemical_formula() == "Al4As16Ga8", "vacancies are left out, arsenic stays")

        wanted = generate("--lattice", "fcc.extxyz", "--repeat", "2", "2", "2", *half, "--order", "Fe-Ni:-0.125",
                          "--triplets", "1", "--chains", "8", "--out", "order.xyz")
        check(wanted.returncode == 0, wanted.stderr)
        check(abs(read(folder / "order.xyz").info["order_Fe-Ni"][0] + 0.125) < 0.05, "order as wanted")

        for words, complaint in [
            (["--lattice", "fcc.extxyz", "--composition", "Fe:0.3,Ni:0.7"], "numbers of sites that can: 10, 20"),
            (["--lattice", "fcc.extxyz", "--composition", "Fee:0.5,Ni:0.5"], "unknown element 'Fee'"),
            (["--lattice", "fcc.extxyz", "--composition", "Fe:0.5,Ni:0.6"], "sum to 1.1"),
            (["--lattice", "fcc.extxyz", "--composition", "Fe-0.5"], "is no composition"),
            (["--lattice", "nowhere.xyz", *half], "nowhere.xyz"),
            (["--lattice", "fcc.extxyz", *half, "--order", "Fe-Co:0.1"], "Fe-Co"),
            (["--lattice", "POSCAR", "--atoms", "7", *half], "7 sites"),
        ]:
            refused = generate(*words, "--out", "none.xyz")
            check(refused.returncode in (1, 2) and complaint in refused.stderr, f"{words}: {refused.stderr}")
        check(not list(folder.glob("none.xyz*")), "nothing is left of what was refused")


main()
