"""How well `mlip-auto label` packs a batch of mixed structures on the cores, and how true its forecast is.

    label_batch.py mlip-auto FOLDER [WORKERS]

40 cells of Al, Si and both, of 1 to 8 atoms, rattled and strained, by real pw.x.  Printed: the busy share of the workers' time by
the engine's own accounting (core seconds of all attempts over workers times wall time), and at every tenth of the batch the time
that was foretold beside the time that it still took.  A figure of a machine with other work on it is one of that day: what
slows pw.x between two labels is in the forecast's error too.
"""

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy
from ase import Atoms
from ase.build import bulk
from ase.io import read, write

STRUCTURES, SEED = 40, 7
CELLS = [("Al", False, (1, 1, 1)), ("Si", False, (1, 1, 1)), ("Al", False, (2, 1, 1)), ("Si", False, (2, 1, 1)),
         ("Al", True, (1, 1, 1)), ("Si", True, (1, 1, 1)), ("Al", True, (2, 1, 1)), ("Al", False, (3, 1, 1))]
LINE = re.compile(r"(\d+)/(\d+) frame .* in [\d.]+ \w+(?:, ([\d.]+) (s|min|h) to go)?, ")
UNIT = {"s": 1, "min": 60, "h": 3600}


def structures() -> list[Atoms]:
    random = numpy.random.default_rng(SEED)
    made = []
    for k in range(STRUCTURES):
        element, cubic, repeats = CELLS[k % len(CELLS)]
        atoms = bulk(element, cubic=cubic) * repeats
        atoms.set_cell(atoms.cell[:] @ (numpy.eye(3) + random.normal(0, 0.02, (3, 3))), scale_atoms=True)
        atoms.positions += random.normal(0, 0.05, atoms.positions.shape)
        if k % 5 == 4 and len(atoms) > 1:  # one in five is an alloy
            atoms.numbers[: len(atoms) // 2] = [14 if n == 13 else 13 for n in atoms.numbers[: len(atoms) // 2]]
        made.append(atoms)
    random.shuffle(made)
    return made


def attempt_seconds(ledger: Path) -> list[float]:
    """Core seconds of each structure, all attempts together."""
    seconds = []
    for frame in read(ledger, ":", format="extxyz"):
        attempts = frame.info["attempts"]
        attempts = json.loads(attempts.removeprefix("_JSON ")) if isinstance(attempts, str) else attempts
        seconds.append(sum(attempt[2] * attempt[5] for attempt in attempts))
    return seconds


def main() -> None:
    program, folder, workers = Path(sys.argv[1]).resolve(), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 2
    folder.mkdir(parents=True)
    write(folder / "structures.extxyz", structures(), format="extxyz")
    begin = time.monotonic()
    child = subprocess.Popen([program, "label", "structures.extxyz", "--workers", str(workers)], cwd=folder, text=True,
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    told = []  # (done, seconds since the start, seconds foretold)
    for line in child.stderr:
        print(line, end="", flush=True)
        found = LINE.match(line)
        if found and found[3]:
            told.append((int(found[1]), time.monotonic() - begin, float(found[3]) * UNIT[found[4]]))
    if child.wait() != 0:
        sys.exit(f"mlip-auto label ended with {child.returncode}")
    wall = time.monotonic() - begin
    seconds = attempt_seconds(folder / "labelled.extxyz.ledger")
    busy = sum(seconds) / (workers * wall)
    print(f"{len(seconds)} structures of {min(seconds):.1f} to {max(seconds):.1f} s in {wall:.0f} s on {workers} workers: "
          f"busy {100 * busy:.1f} %, idle {100 - 100 * busy:.1f} %")
    print("done  foretold s  it took s  off")
    for done, at, left in told:
        if done % (STRUCTURES // 10) == 0:
            print(f"{done:4}  {left:10.0f}  {wall - at:9.0f}  {100 * (left / (wall - at) - 1):+4.0f} %"
                  f"  ({100 * (at + left) / wall - 100:+.0f} % of the whole)")


if __name__ == "__main__":
    main()
