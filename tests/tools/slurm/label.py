"""Labels on a real one-node Slurm with real pw.x: those of the cores here, through all that goes wrong on a cluster.

argv: mlip-auto.  What is tried: kill -9 of the one who waits, scancel, too little memory, slurmctld down,
a node drained or down, an unknown partition, Ctrl-C.  A program of the test's own stands before pw.x and counts what is started.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from ase.build import bulk
from ase.io import read, write

from one_node import OneNode

PROGRAM = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else Path()
COUNTER = """\
#!/bin/sh
echo started >> '{folder}/starts'
[ -e '{folder}/slow' ] && sleep 4
[ -e '{folder}/hungry' ] && exec /usr/bin/python3 -c 'import time; x = b"x" * 500_000_000; time.sleep(30)'
exec /usr/bin/pw.x "$@"
"""
INPUT = """\
target_system: {{elements: [Si]}}
simulation_goal: {{type: bulk}}
resources:
  cores: 1
  wall_time: 20 min
  slurm: {{memory_mb: {memory}, shortest_task_seconds: 0.01, poll_seconds: 0.5, {more}}}
expert: {{dft: {{pw_command: {folder}/pw.sh, ecutwfc_ry: 12, ecutrho_ry: 48, ecfixed_ry: 0, k_spacing: 0.7}}}}
"""


class OnSlurm(unittest.TestCase):
    node: OneNode

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="mlip-slurm-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        pw = self.folder / "pw.sh"
        pw.write_text(COUNTER.format(folder=self.folder))
        pw.chmod(0o755)
        crystal = bulk("Si", cubic=False)
        self.frames = []
        for k in range(4):
            frame = crystal.copy()
            frame.set_cell(crystal.cell * (1 + 0.01 * k), scale_atoms=True)
            self.frames.append(frame)
        write(self.folder / "structures.xyz", self.frames, format="extxyz")
        self.input()

    def input(self, more: str = "tasks_at_once: 4", memory: int = 1500) -> None:
        (self.folder / "input.yaml").write_text(INPUT.format(folder=self.folder, more=more, memory=memory))

    def start(self, *more: str) -> subprocess.Popen:
        log = open(self.folder / "stderr", "a", encoding="utf-8")
        self.addCleanup(log.close)
        child = subprocess.Popen([PROGRAM, "label", "structures.xyz", "--input", "input.yaml", *more], cwd=self.folder,
                                 env=self.node.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                 stderr=log)
        self.addCleanup(lambda: child.poll() is None and (child.kill(), child.wait()))
        return child

    def end(self, child: subprocess.Popen, code: int = 0) -> str:
        ended = child.wait(timeout=180)
        told = (self.folder / "stderr").read_text()
        self.assertEqual(ended, code, told)
        return told

    def wait_for(self, condition, what: str, seconds: float = 60) -> None:
        limit = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), limit, f"{what}: {(self.folder / 'stderr').read_text()}")
            time.sleep(0.05)

    def starts(self) -> int:
        file = self.folder / "starts"
        return len(file.read_text().splitlines()) if file.exists() else 0

    def jobs(self, *states: str) -> list[str]:
        chosen = ["--states=" + ",".join(states)] if states else []
        told = self.node.command("squeue", "-h", "-r", *chosen, "-o", "%j|%F_%K|%k|%Z")
        return [line.split("|")[1] for line in told.splitlines() if str(self.folder) in line]

    def arrays(self) -> set[str]:
        """Numbers of all jobs there have ever been."""
        return set(self.node.command("squeue", "-h", "-t", "all", "-o", "%F").split())

    def energies(self) -> list[float]:
        return [frame.get_potential_energy() for frame in read(self.folder / "labelled.extxyz", ":", format="extxyz")]

    def check_labels(self) -> None:
        """Four, each once, and the folder of the chunks is cleared."""
        self.assertEqual(len(self.energies()), 4)
        self.assertEqual(self.starts(), 4, (self.folder / "stderr").read_text())
        left = [p.name for p in (self.folder / "labelled.extxyz.chunks").iterdir()]
        self.assertEqual(sorted(left), ["lock", "slurm"])

    def test_labels_are_those_of_the_cores_here(self):
        self.end(self.start())
        self.check_labels()
        on_slurm = read(self.folder / "labelled.extxyz", ":", format="extxyz")
        text = (self.folder / "input.yaml").read_text()
        (self.folder / "input.yaml").write_text("".join(line for line in text.splitlines(True) if "slurm:" not in line))
        self.end(self.start("--out", "here.extxyz"))
        here = read(self.folder / "here.extxyz", ":", format="extxyz")
        for a, b in zip(on_slurm, here, strict=True):
            self.assertAlmostEqual(a.get_potential_energy(), b.get_potential_energy(), 7)
            self.assertEqual(a.info["level_of_theory"], b.info["level_of_theory"])

    def test_killed_it_finds_its_jobs_again(self):
        (self.folder / "slow").touch()
        first = self.start()
        self.wait_for(lambda: self.starts() >= 1, "a task runs")
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        before = self.arrays()
        self.assertIn("found again", self.end(self.start()))
        self.assertEqual(self.arrays(), before)
        self.check_labels()

    def test_a_cancelled_job_is_submitted_again(self):
        (self.folder / "slow").touch()
        child = self.start()
        self.wait_for(lambda: self.starts() >= 1, "a task runs")
        self.node.command("scancel", *self.jobs("RUNNING"))
        told = self.end(child)
        self.assertIn("cancelled: task ", told)
        self.assertEqual(len(self.energies()), 4)

    def test_a_drained_node_is_waited_for(self):
        (self.folder / "slow").touch()
        child = self.start()
        self.wait_for(lambda: self.starts() >= 1, "a task runs")
        self.node.set_state("drain")
        self.wait_for(lambda: not self.jobs("RUNNING") and self.jobs("PENDING"), "the node is empty")
        started = self.starts()
        self.assertLess(started, 4)
        time.sleep(2)
        self.assertEqual(self.starts(), started)
        self.node.set_state("resume")
        self.end(child)
        self.check_labels()

    def test_tasks_of_a_node_that_failed_are_submitted_again(self):
        (self.folder / "slow").touch()
        child = self.start()
        self.wait_for(lambda: self.starts() >= 1, "a task runs")
        self.node.set_state("down")
        self.wait_for(lambda: "node failed: task" in (self.folder / "stderr").read_text(), "it notices")
        self.node.set_state("resume")
        self.end(child)
        self.assertEqual(len(self.energies()), 4)

    def test_without_slurmctld_it_waits(self):
        (self.folder / "slow").touch()
        child = self.start()
        self.wait_for(lambda: self.starts() >= 1, "a task runs")
        self.node.stop_controller()
        self.wait_for(lambda: "does not answer" in (self.folder / "stderr").read_text(), "it notices")
        self.node.start_controller()
        self.end(child)
        self.check_labels()

    def test_more_memory_for_what_needs_it(self):
        (self.folder / "hungry").touch()
        self.input("tasks_at_once: 1, task_seconds: 1000", memory=300)
        child = self.start()
        self.wait_for(lambda: "out of memory" in (self.folder / "stderr").read_text(), "Slurm kills it")
        (self.folder / "hungry").unlink()
        self.end(child)
        self.assertEqual(len(self.energies()), 4)
        self.assertIn("600M", self.node.command("squeue", "-h", "-t", "all", "-o", "%m"))

    def test_what_slurm_refuses_is_told(self):
        self.input("partition: nowhere")
        told = self.end(self.start(), 1)
        self.assertIn("the cluster refuses jobs: ", told)
        self.assertIn("invalid partition specified: nowhere", told)
        self.assertIn("remedy: change partition", told)

    def test_interrupted_it_cancels_and_goes_on(self):
        (self.folder / "slow").touch()
        child = self.start()
        self.wait_for(lambda: self.starts() >= 1, "a task runs")
        child.send_signal(signal.SIGINT)
        self.end(child, 130)
        self.wait_for(lambda: not self.jobs(), "nothing is left in the queue")
        (self.folder / "slow").unlink()
        self.end(self.start())
        self.assertEqual(len(self.energies()), 4)

    def test_a_node_that_cannot_label_tells_why(self):
        self.end(self.start())
        self.wait_for(lambda: not self.jobs(), "the tasks have ended, not only their labels come")
        shutil.rmtree(self.folder / "labelled.extxyz.chunks")
        (self.folder / "labelled.extxyz.ledger").unlink()
        (self.folder / "slow").touch()
        child = self.start()
        self.wait_for(lambda: self.jobs("RUNNING"), "a task runs")
        pw = self.folder / "pw.sh"
        pw.chmod(0o644)
        told = self.end(child, 1)
        self.assertRegex(told, "refused: '.*pw.sh' is not found \\(on ")
        self.assertIn("remedy: install quantum-espresso", told)
        pw.chmod(0o755)
        (self.folder / "slow").unlink()
        (self.folder / "stderr").unlink()
        self.end(self.start())
        self.assertEqual(len(self.energies()), 4)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="mlip-slurmd-") as name, OneNode(Path(name)) as node:
        OnSlurm.node = node
        result = unittest.main(argv=["label.py", *sys.argv[2:]], exit=False, verbosity=2).result
    sys.exit(not result.wasSuccessful())


if __name__ == "__main__":
    main()
