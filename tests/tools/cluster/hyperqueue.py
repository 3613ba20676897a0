"""Labels by HyperQueue's command line, real pw.x in the tasks: those of the cores here, through kill -9, a server that is away,
Ctrl-C and a task that is cancelled.

argv: mlip-auto.  HyperQueue itself is in no package of Debian: hq.py stands in for it.
"""

import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

import cluster_labels

STAND_IN = Path(__file__).with_name("hq.py").resolve()


class OnHyperQueue(cluster_labels.ClusterLabels):
    QUEUE = "hyperqueue"

    def setUp(self):
        super().setUp()
        self.server = self.folder / "server"
        for name in ("server", "bin"):
            (self.folder / name).mkdir()
        (self.folder / "bin" / "hq").symlink_to(STAND_IN)
        self.input("tasks_at_once: 4, poll_seconds: 0.3, submit: [--priority=1]")

    def environment(self) -> dict[str, str]:
        return {**os.environ, "HQ_STAND_IN": str(self.server), "PATH": f"{self.folder}/bin:{os.environ['PATH']}"}

    def submitted(self) -> set[str]:
        return {path.name for path in self.server.glob("job-*.json")}

    def unfinished(self) -> list[str]:
        states = {path.name: json.loads(path.read_text())["state"] for path in self.server.glob("task-*.json")}
        return [name for name, state in states.items() if state in ("waiting", "running")]

    def cancel_running(self) -> None:
        subprocess.run([STAND_IN, "--output-mode=json", "job", "cancel", "1"], env=self.environment(), check=True,
                       stdout=subprocess.DEVNULL)

    def test_a_server_that_is_away_is_waited_for(self):
        (self.server / "away").touch()
        child = self.start()
        self.wait_for(lambda: "No running instance of HQ" in self.told(), "it notices")
        (self.server / "away").unlink()
        self.end(child)
        self.check_labels()

    def test_without_hq_it_says_so(self):
        (self.folder / "bin" / "hq").unlink()
        self.assertIn("'hq' is not found", self.end(self.start(), 3))


if __name__ == "__main__":
    unittest.main(argv=["hyperqueue.py", *sys.argv[2:]], verbosity=2)
