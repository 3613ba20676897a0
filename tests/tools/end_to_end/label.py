"""`mlip-auto label` alone on real pw.x: killed by kill -9 between two labels it goes on, and ASE reads what it writes.

argv: mlip-auto.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy
from ase.build import bulk
from ase.io import read, write

sys.path.append(str(Path(__file__).resolve().parents[1]))
from checks import check  # noqa: E402


def main() -> None:
    program = str(Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory(prefix="mlip-label-") as name:
        folder = Path(name)
        crystal = bulk("Si", cubic=False)
        frames = [crystal, crystal.copy(), crystal.copy()]
        for k, frame in enumerate(frames):
            frame.set_cell(crystal.cell * (1 + 0.01 * k), scale_atoms=True)
            frame.info["place"] = k
        write(folder / "structures.xyz", frames, format="extxyz")
        command = [program, "label", "structures.xyz", "--workers", "1"]

        forecast = subprocess.run([*command, "--dry-run"], cwd=folder, capture_output=True, text=True, check=True).stdout
        check(forecast.count("&CONTROL") == 3 and "core hours" in forecast, "a dry run shows inputs and their cost")
        check(sorted(p.name for p in folder.iterdir()) == ["structures.xyz"], "a dry run leaves nothing")

        first = subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)
        ledger = folder / "labelled.extxyz.ledger"
        limit = time.monotonic() + 120
        while not (ledger.exists() and ledger.stat().st_size > 0) and time.monotonic() < limit:
            time.sleep(0.01)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        done = len(read(ledger, ":", format="extxyz"))
        check(1 <= done <= 2, f"killed after {done} labels")

        again = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
        check(again.returncode == 0, again.stderr)
        check(f"{done} of 3 structures are labelled" in again.stderr, "what is labelled is not labelled again")
        check(again.stderr.count(": labelled in ") == 3 - done, "the rest is")

        labelled = read(folder / "labelled.extxyz", ":", format="extxyz")
        check([frame.info["place"] for frame in labelled] == [0, 1, 2], "order and keys of the input stay")
        energies = [frame.get_potential_energy() for frame in labelled]
        check(max(energies) - min(energies) < 0.5 and -220 < energies[0] < -210, f"energies {energies}")
        check(all(numpy.abs(frame.get_forces()).max() < 1e-3 for frame in labelled), "forces vanish by symmetry")
        check(all(abs(frame.get_stress()[3:]).max() < 1e-6 for frame in labelled), "so does shear stress")

        none = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
        check(none.returncode == 0 and "3 labelled, 0 failed" in none.stdout, "the third time nothing is left to do")


if __name__ == "__main__":
    main()
