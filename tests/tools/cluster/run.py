"""A whole run whose labels are computed on a real one-node Slurm, killed by kill -9 in its middle and resumed.

argv: mlip-auto.  A program of the test's own stands before pw.x: it writes down where each pw.x works, and kills one of them.
The run must end as on the cores here, no structure may be computed twice but for the one that was killed, pw.x must work on the
node's disk, and what the killed one left must be in the run's folder.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from one_node import OneNode

sys.path.append(str(Path(__file__).resolve().parents[1] / "end_to_end"))
from small_run import check, check_ended, prepare  # noqa: E402

SLURM = """\
  slurm: {{memory_mb: 1500, tasks_at_once: 2, shortest_task_seconds: 0.01, poll_seconds: 0.3,
          node_scratch: {node}/$MLIP_NODE}}
"""
# The twelfth pw.x is killed, as by a node that was short of memory for a moment.
STAND_IN = """\
#!/bin/bash
exec 9>>'{folder}/starts'
flock 9
pwd >&9
count=$(wc -l < '{folder}/starts')
flock -u 9
if [ "$count" = 12 ]; then
  timeout --signal=KILL 0.15 /usr/bin/pw.x "$@"
  kill -KILL $$
fi
exec /usr/bin/pw.x "$@"
"""


def starts(folder: Path) -> list[Path]:
    file = folder / "starts"
    return [Path(line) for line in file.read_text().splitlines()] if file.exists() else []


def begin(program: Path, folder: Path, node: OneNode) -> subprocess.Popen:
    with open(folder / "told", "a", encoding="utf-8") as log:
        return subprocess.Popen([program, "run", "input.yaml", "--out", "run"], cwd=folder, env=node.environment,
                                stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def kill_in_the_middle(program: Path, folder: Path, node: OneNode) -> None:
    """While labels of the first generation are computed."""
    child = begin(program, folder, node)
    limit = time.monotonic() + 180
    while len(starts(folder)) < 5:
        check(child.poll() is None and time.monotonic() < limit, f"labels come: {(folder / 'told').read_text()}")
        time.sleep(0.02)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()


def check_whole(program: Path, folder: Path, node_disk: Path) -> None:
    counts, dft = check_ended(program, folder / "run")
    places = starts(folder)
    names = Counter(place.parent.name for place in places)
    twice = {name: count for name, count in names.items() if count > 1}
    check(list(twice.values()) == [2], f"one structure alone was begun twice, the one that was killed: {twice}")
    check(len(names) == counts["labeled"] + dft["noise"]["structures"], f"as many structures as labels: {names} {counts}")
    check(all(node_disk in place.parents for place in places), f"pw.x works on the node's disk: {places[0]}")
    check(list(node_disk.iterdir()) == [], "where nothing is left")
    killed = next(iter(twice))
    kept = folder / "run" / "scratch" / "failed" / killed / "attempt_1"
    check((kept / "pw.in").stat().st_size > 0 and (kept / "pw.out").exists(), f"the failed attempt is kept in {kept}")
    check((folder / "run" / "scratch" / "accepted" / killed / "attempt_2" / "pw.out.gz").exists(), "the good one too")
    left = sorted(path.name for path in (folder / "run" / "chunks").iterdir())
    check(left == ["lock", "slurm"], f"the folder of the chunks is cleared: {left}")


def main() -> None:
    program = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="mlip-slurmd-") as daemons, \
            tempfile.TemporaryDirectory(prefix="mlip-slurm-run-") as name, OneNode(Path(daemons)) as node:
        folder = Path(name)
        node_disk = folder / "node" / "disk"
        node_disk.mkdir(parents=True)
        node.environment["MLIP_NODE"] = "disk"
        prepare(folder, STAND_IN.format(folder=folder), "20 min", SLURM.format(node=folder / "node"))
        kill_in_the_middle(program, folder, node)
        resumed = begin(program, folder, node)
        code = resumed.wait(timeout=600)
        told = (folder / "told").read_text()
        print(told)
        check(code == 0, f"exit code 0, got {code}")
        check("found again" in told, "the chunks of the killed one are found again")
        check_whole(program, folder, node_disk)


if __name__ == "__main__":
    main()
