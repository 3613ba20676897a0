"""`mlip-auto surrogate eval` on the reference structures: what ASE reads back is what the SevenNet package says; a structure
without an answer costs the others nothing.

argv: mlip-auto, tests/data/surrogate.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
from ase.io import read


def check(holds: bool, what: str) -> None:
    if not holds:
        sys.exit(f"failed: {what}")


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

        (folder / "strange.xyz").write_text("\n".join(foreign) + "\n1\n\nEs 0 0 0\n")
        strange = evaluate("strange.xyz", "--out", "strange_out.xyz")
        check(strange.returncode == 1 and "frame 1" in strange.stderr, f"{strange.returncode}: {strange.stderr}")
        check(len(read(folder / "strange_out.xyz", ":")) == 1, "the other is written")


main()
