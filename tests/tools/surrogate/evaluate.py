"""`mlip-auto surrogate eval` on the reference structures: what ASE reads back is what the SevenNet package says; a structure
without an answer costs the others nothing; dying workers and kill -9 lose nothing; `surrogate fetch` brings the default.

argv: mlip-auto, tests/data/surrogate.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy
from ase.io import read

sys.path.append(str(Path(__file__).resolve().parents[1]))
from checks import check  # noqa: E402


def run(program: str, folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run([program, "surrogate", *words], cwd=folder, env={**os.environ, **environment},
                          capture_output=True, text=True, timeout=300)


def fetched(program: str, folder: Path, structures: str) -> None:
    """What a first run begins with: fetched once, then there; without a network the reason is told."""
    home = {"XDG_DATA_HOME": str(folder / "home")}
    offline = run(program, folder, "fetch", **home, PIP_NO_INDEX="1", PIP_FIND_LINKS=str(folder))
    check(offline.returncode == 3 and "sevenn" in offline.stderr, f"{offline.returncode}: {offline.stderr}")
    for first in (True, False):
        done = run(program, folder, "fetch", **home)
        check(done.returncode == 0 and "4 models" in done.stdout, done.stdout + done.stderr)
        check(("fetching" in done.stderr) == first, "fetched once")
    done = run(program, folder, "eval", structures, "--out", "by_default.xyz", **home)
    check(done.returncode == 0, done.stderr)


def row(count: int, kind=lambda k: 0) -> str:
    """`count` atoms alone, the k-th at (k, kind(k), 0)."""
    return "".join(f'1\nProperties=species:S:1:pos:R:3 pbc="F F F"\nAl {k} {kind(k)} 0\n' for k in range(count))


def storm(program: str, folder: Path, calculators: Path) -> None:
    """Workers that die, are killed, write nonsense, hang, die always, raise: each structure once more, then recorded."""
    (folder / "storm.xyz").write_text(row(28, lambda k: k % 7))
    (folder / "seen").mkdir()
    done = run(program, folder, "eval", "storm.xyz", "--out", "stormy.xyz", "--model", "ase:odd_calculators:Storm",
               "--workers", "2", "--call-seconds", "4", PYTHONPATH=str(calculators), MLIP_STORM=str(folder / "seen"))
    check(done.returncode == 1 and "20 evaluated, 8 failed" in done.stdout, done.stdout + done.stderr)
    good, bad = read(folder / "stormy.xyz", ":"), read(folder / "stormy.failed.xyz", ":")
    check([round(a.positions[0][0]) for a in good] == [k for k in range(28) if k % 7 < 5], "in order")
    check(all(abs(a.get_potential_energy() - (a.positions**2).sum()) < 1e-9 for a in good), "energies")
    reasons = {round(a.positions[0][1]): a.info["surrogate_failure"] for a in bad}
    check("ended" in reasons[5] and "no convergence" in reasons[6], f"{reasons}")


def killed(program: str, folder: Path, calculators: Path) -> None:
    """kill -9 loses at most what was in flight; what is torn is cut off; nothing is computed twice."""
    (folder / "row.xyz").write_text(row(60))
    command = [program, "surrogate", "eval", "row.xyz", "--out", "rowed.xyz", "--model", "ase:odd_calculators:Slow",
               "--workers", "1"]
    environment = {**os.environ, "PYTHONPATH": str(calculators)}
    part = folder / "rowed.xyz.part"
    with subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.DEVNULL) as process:
        while not part.exists() or part.stat().st_size == 0:
            check(process.poll() is None, "it is killed while it works")
            time.sleep(0.02)
        process.kill()
    before = part.read_text().count("Properties")
    check(0 < before < 60 and not (folder / "rowed.xyz").exists(), f"{before} of 60")
    part.write_text(part.read_text() + part.read_text()[:40])
    again = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    check(again.returncode == 0 and f"{before} structures were evaluated before" in again.stderr, again.stderr)
    check(f"60 evaluated, 0 failed" in again.stdout, again.stdout)
    check([round(a.positions[0][0]) for a in read(folder / "rowed.xyz", ":")] == list(range(60)), "each once, in order")
    check(not part.exists() and not (folder / "rowed.failed.xyz").exists(), "nothing is left over")
    part.write_text((folder / "rowed.xyz").read_text())
    other = run(program, folder, "eval", "row.xyz", "--out", "rowed.xyz", "--model", "ase:odd_calculators:Plain",
                PYTHONPATH=str(calculators))
    check("before" not in other.stderr and other.returncode == 0, "another model's answers are not taken over")


def main() -> None:
    program, data = str(Path(sys.argv[1]).resolve()), Path(sys.argv[2])
    reference = json.loads((data / "sevennet-0.json").read_text())
    structures = data / "structures.extxyz"
    with tempfile.TemporaryDirectory(prefix="mlip-surrogate-") as name:
        folder = Path(name)

        def evaluate(*words: str) -> subprocess.CompletedProcess:
            command = [program, "surrogate", "eval", *words, "--model", str(data / "sevennet-0.sevennet")]
            return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)

        done = evaluate(str(structures), "--out", "out.xyz")
        check(done.returncode == 0, f"exit code {done.returncode}: {done.stderr}")
        check("24 evaluated, 0 failed" in done.stdout and "eta" in done.stderr, "it says what it does")
        frames = read(folder / "out.xyz", ":")
        check(len(frames) == len(reference), "every structure is written, in order")
        for frame, expected in zip(frames, reference):
            atoms = len(frame)
            check(frame.info["surrogate"] == "sevennet-0", "it says whose answer it is")
            check(abs(frame.get_potential_energy() - expected["energy"]) < 2e-6 * atoms, "energy")
            check(numpy.abs(frame.get_forces() - expected["forces"]).max() < 1e-5, "forces")
            if frame.pbc.all():
                check(numpy.abs(frame.get_stress() - expected["stress"]).max() < 1e-6, "stress")

        lone = evaluate(str(structures), "--out", "lone.xyz", "--workers", "1")
        check(lone.returncode == 0, lone.stderr)
        check((folder / "lone.xyz").read_bytes() == (folder / "out.xyz").read_bytes(), "workers change no bit")

        foreign = structures.read_text().splitlines()[:6]
        (folder / "mixed.xyz").write_text("\n".join(foreign) + "\n1\n\nX 0 0 0\n")
        spoilt = evaluate("mixed.xyz", "--out", "mixed_out.xyz")
        check(spoilt.returncode == 2 and "mixed.xyz:" in spoilt.stderr, f"{spoilt.returncode}: {spoilt.stderr}")
        check(not (folder / "mixed_out.xyz").exists(), "nothing that looks whole is left")

        (folder / "empty.xyz").touch()
        empty = evaluate("empty.xyz", "--out", "empty_out.xyz")
        check(empty.returncode == 2 and "holds no structure" in empty.stderr, f"{empty.returncode}: {empty.stderr}")
        check(not (folder / "empty_out.xyz").exists(), "nothing is left of nothing")

        (folder / "strange.xyz").write_text("\n".join(foreign) + "\n1\n\nEs 0 0 0\n")
        strange = evaluate("strange.xyz", "--out", "strange_out.xyz")
        check(strange.returncode == 1 and "frame 1" in strange.stderr, f"{strange.returncode}: {strange.stderr}")
        check(len(read(folder / "strange_out.xyz", ":")) == 1, "the other is written")
        lost = read(folder / "strange_out.failed.xyz", ":")
        check([a.get_chemical_symbols() for a in lost] == [["Es"]], "the strange one is kept too")
        check("does not know 'Es'" in lost[0].info["surrogate_failure"], "with the reason")

        (folder / "damaged.sevennet").write_bytes((data / "sevennet-0.sevennet").read_bytes()[:-100])
        damaged = run(program, folder, "eval", str(structures), "--out", "x.xyz", "--model", "damaged.sevennet")
        check(damaged.returncode == 2 and "cut short" in damaged.stderr, damaged.stderr)
        check("doctor --fix" in damaged.stderr, "the remedy is named")

        fetched(program, folder, str(structures))
        storm(program, folder, data.parent / "ase")
        killed(program, folder, data.parent / "ase")


main()
