"""What labels on any batch queue are tested by: four cells of silicon for real pw.x, and what the one who waits is put through.

A program of the test's own stands before pw.x: it counts what is started, and takes its time where the file `slow` lies.
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

from ase import Atoms
from ase.build import bulk
from ase.io import read, write

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
  {queue}: {{memory_mb: {memory}, shortest_task_seconds: 0.01, {more}}}
expert: {{dft: {{pw_command: {folder}/pw.sh, ecutwfc_ry: 12, ecutrho_ry: 48, ecfixed_ry: 0, k_spacing: 0.7}}}}
"""


class ClusterLabels(unittest.TestCase):
    """Of a queue whose own class says what it is called in the input and how it is looked into."""

    QUEUE: str

    def environment(self) -> dict[str, str]:
        """Of the program."""
        raise NotImplementedError

    def submitted(self) -> set[str]:
        """All jobs there have ever been."""
        raise NotImplementedError

    def unfinished(self) -> list[str]:
        """What waits or runs."""
        raise NotImplementedError

    def cancel_running(self) -> None:
        raise NotImplementedError

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix=f"mlip-{self.QUEUE}-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        pw = self.folder / "pw.sh"
        pw.write_text(COUNTER.format(folder=self.folder))
        pw.chmod(0o755)
        crystal = bulk("Si", cubic=False)
        frames = []
        for k in range(4):
            frame = crystal.copy()
            frame.set_cell(crystal.cell * (1 + 0.01 * k), scale_atoms=True)
            frames.append(frame)
        write(self.folder / "structures.xyz", frames, format="extxyz")

    def input(self, more: str, memory: int = 1500) -> None:
        (self.folder / "input.yaml").write_text(INPUT.format(queue=self.QUEUE, folder=self.folder, more=more, memory=memory))

    def start(self, *more: str) -> subprocess.Popen:
        log = open(self.folder / "stderr", "a", encoding="utf-8")
        self.addCleanup(log.close)
        child = subprocess.Popen([PROGRAM, "label", "structures.xyz", "--input", "input.yaml", *more], cwd=self.folder,
                                 env=self.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log)
        self.addCleanup(lambda: child.poll() is None and (child.kill(), child.wait()))
        return child

    def start_slowly(self) -> subprocess.Popen:
        """Up to its first task, which takes seconds."""
        (self.folder / "slow").touch()
        child = self.start()
        self.wait_for(lambda: self.starts() >= 1, "a task runs")
        return child

    def told(self) -> str:
        return (self.folder / "stderr").read_text()

    def end(self, child: subprocess.Popen, code: int = 0) -> str:
        ended = child.wait(timeout=240)
        self.assertEqual(ended, code, self.told())
        return self.told()

    def wait_for(self, condition, what: str, seconds: float = 90) -> None:
        limit = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), limit, f"{what}: {self.told()}")
            time.sleep(0.05)

    def starts(self) -> int:
        file = self.folder / "starts"
        return len(file.read_text().splitlines()) if file.exists() else 0

    def labelled(self, name: str = "labelled.extxyz") -> list[Atoms]:
        return read(self.folder / name, ":", format="extxyz")

    def check_labels(self) -> None:
        """Four, each once but for what was healed, and the folder of the chunks is cleared."""
        self.assertEqual(len(self.labelled()), 4)
        # A busy machine now and then fails a start of MPI itself; that is healed and told.
        self.assertEqual(self.starts(), 4 + self.told().count("healed by"), self.told())
        left = [path.name for path in (self.folder / "labelled.extxyz.chunks").iterdir()]
        self.assertEqual(sorted(left), sorted([self.QUEUE, "lock"]))

    def test_labels_are_those_of_the_cores_here(self):
        self.end(self.start())
        self.check_labels()
        text = (self.folder / "input.yaml").read_text()
        (self.folder / "input.yaml").write_text("".join(line for line in text.splitlines(True) if f"{self.QUEUE}:" not in line))
        self.end(self.start("--out", "here.extxyz"))
        for there, here in zip(self.labelled(), self.labelled("here.extxyz"), strict=True):
            self.assertAlmostEqual(there.get_potential_energy(), here.get_potential_energy(), 7)
            self.assertEqual(there.info["level_of_theory"], here.info["level_of_theory"])

    def test_killed_it_finds_its_tasks_again(self):
        first = self.start_slowly()
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        before = self.submitted()
        self.assertIn("found again", self.end(self.start()))
        self.assertEqual(self.submitted(), before)
        self.check_labels()

    def test_a_cancelled_job_is_submitted_again(self):
        child = self.start_slowly()
        self.cancel_running()
        self.assertIn("cancelled: task ", self.end(child))
        self.assertEqual(len(self.labelled()), 4)

    def test_interrupted_it_cancels_and_goes_on(self):
        child = self.start_slowly()
        child.send_signal(signal.SIGINT)
        self.end(child, 130)
        self.wait_for(lambda: not self.unfinished(), "nothing is left in the queue")
        (self.folder / "slow").unlink()
        self.end(self.start())
        self.assertEqual(len(self.labelled()), 4)
