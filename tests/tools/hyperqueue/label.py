"""Labels by HyperQueue's command line, real pw.x in the tasks: those of the cores here, through kill -9, a server that is away,
Ctrl-C and a task that is cancelled.

argv: mlip-auto.  HyperQueue itself is in no package of Debian: hq.py stands in for it.
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

PROGRAM = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else Path()
STAND_IN = Path(__file__).with_name("hq.py").resolve()
COUNTER = """\
#!/bin/sh
echo started >> '{folder}/starts'
[ -e '{folder}/slow' ] && sleep 3
exec /usr/bin/pw.x "$@"
"""
INPUT = """\
target_system: {{elements: [Si]}}
simulation_goal: {{type: bulk}}
resources:
  cores: 1
  wall_time: 20 min
  hyperqueue: {{memory_mb: 1500, tasks_at_once: 4, shortest_task_seconds: 0.01, poll_seconds: 0.3, submit: [--priority=1]}}
expert: {{dft: {{pw_command: {folder}/pw.sh, ecutwfc_ry: 12, ecutrho_ry: 48, ecfixed_ry: 0, k_spacing: 0.7}}}}
"""


class OnHyperQueue(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="mlip-hq-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.server = self.folder / "server"
        for name in ("server", "bin"):
            (self.folder / name).mkdir()
        (self.folder / "bin" / "hq").symlink_to(STAND_IN)
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
        (self.folder / "input.yaml").write_text(INPUT.format(folder=self.folder))

    def start(self, *more: str) -> subprocess.Popen:
        environment = {**os.environ, "HQ_STAND_IN": str(self.server), "PATH": f"{self.folder}/bin:{os.environ['PATH']}"}
        log = open(self.folder / "stderr", "a", encoding="utf-8")
        self.addCleanup(log.close)
        child = subprocess.Popen([PROGRAM, "label", "structures.xyz", "--input", "input.yaml", *more], cwd=self.folder,
                                 env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log)
        self.addCleanup(lambda: child.poll() is None and (child.kill(), child.wait()))
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

    def energies(self, name: str = "labelled.extxyz") -> list[float]:
        return [frame.get_potential_energy() for frame in read(self.folder / name, ":", format="extxyz")]

    def check_labels(self) -> None:
        """Four, each once, and the folder of the chunks is cleared."""
        self.assertEqual(len(self.energies()), 4)
        self.assertEqual(self.starts(), 4, self.told())
        left = [path.name for path in (self.folder / "labelled.extxyz.chunks").iterdir()]
        self.assertEqual(sorted(left), ["hyperqueue", "lock"])

    def test_labels_are_those_of_the_cores_here(self):
        self.end(self.start())
        self.check_labels()
        text = (self.folder / "input.yaml").read_text()
        (self.folder / "input.yaml").write_text("".join(line for line in text.splitlines(True) if "hyperqueue:" not in line))
        self.end(self.start("--out", "here.extxyz"))
        for there, here in zip(self.energies(), self.energies("here.extxyz"), strict=True):
            self.assertAlmostEqual(there, here, 7)

    def test_killed_it_finds_its_tasks_again(self):
        (self.folder / "slow").touch()
        first = self.start()
        self.wait_for(lambda: self.starts() >= 1, "a task runs")
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        before = len(list(self.server.glob("job-*.json")))
        self.assertIn("found again", self.end(self.start()))
        self.assertEqual(len(list(self.server.glob("job-*.json"))), before)
        self.check_labels()

    def test_a_server_that_is_away_is_waited_for(self):
        (self.server / "away").touch()
        child = self.start()
        self.wait_for(lambda: "No running instance of HQ" in self.told(), "it notices")
        (self.server / "away").unlink()
        self.end(child)
        self.check_labels()

    def test_a_cancelled_job_is_submitted_again(self):
        (self.folder / "slow").touch()
        child = self.start()
        self.wait_for(lambda: self.starts() >= 1, "a task runs")
        environment = {**os.environ, "HQ_STAND_IN": str(self.server)}
        subprocess.run([STAND_IN, "--output-mode=json", "job", "cancel", "1"], env=environment, check=True,
                       stdout=subprocess.DEVNULL)
        self.assertIn("cancelled", self.end(child))
        self.assertEqual(len(self.energies()), 4)

    def test_interrupted_it_cancels_and_goes_on(self):
        (self.folder / "slow").touch()
        child = self.start()
        self.wait_for(lambda: self.starts() >= 1, "a task runs")
        child.send_signal(signal.SIGINT)
        self.end(child, 130)
        (self.folder / "slow").unlink()
        self.end(self.start())
        self.assertEqual(len(self.energies()), 4)

    def test_without_hq_it_says_so(self):
        (self.folder / "bin" / "hq").unlink()
        self.assertIn("'hq' is not found", self.end(self.start(), 3))


if __name__ == "__main__":
    unittest.main(argv=["label.py", *sys.argv[2:]], verbosity=2)
