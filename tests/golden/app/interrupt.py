"""SIGTERM and SIGINT end a search in order, whatever threads libraries have; a second one ends it at once.

argv: mlip-auto.
"""

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

LATTICE = """2
Lattice="2.87 0 0 0 2.87 0 0 0 2.87" pbc="T T T" Properties=species:S:1:pos:R:3
Fe 0 0 0
Fe 1.435 1.435 1.435
"""


def endless_search(program: str, folder: str) -> subprocess.Popen:
    (Path(folder) / "bcc.xyz").write_text(LATTICE)
    child = subprocess.Popen(
        [program, "generate", "sqs", "--lattice", "bcc.xyz", "--repeat", "5", "2", "2", "--composition",
         "Cr:0.2,Mn:0.2,Fe:0.2,Co:0.2,Ni:0.2", "--chains", "1000000", "--out", "sqs.xyz"],
        cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    while "objective" not in child.stderr.readline():
        assert child.poll() is None, "it ended by itself"
    return child


def ends_in_order(program: str, which: signal.Signals) -> None:
    with tempfile.TemporaryDirectory() as folder:
        child = endless_search(program, folder)
        child.send_signal(which)
        said = child.communicate(timeout=60)[1]
        assert child.returncode == 130, f"{which.name}: exit {child.returncode}\n{said}"
        assert "ending in order" in said, said
        assert (Path(folder) / "sqs.xyz").read_text().startswith("40\n")


def ends_at_once(program: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        child = endless_search(program, folder)
        child.send_signal(signal.SIGSTOP)  # both are there before it can end in order
        child.send_signal(signal.SIGINT)
        child.send_signal(signal.SIGTERM)
        child.send_signal(signal.SIGCONT)
        child.communicate(timeout=60)
        assert child.returncode == 130, f"exit {child.returncode}"


if __name__ == "__main__":
    program = str(Path(sys.argv[1]).resolve())
    for each in (signal.SIGTERM, signal.SIGINT):
        ends_in_order(program, each)
    ends_at_once(program)
    print("signals end a search in order")
