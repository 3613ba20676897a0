"""Labels on a real one-node Slurm with real pw.x: those of the cores here, through all that goes wrong on a cluster.

argv: mlip-auto.  What is tried: kill -9 of the one who waits, scancel, too little memory, slurmctld down,
a node drained or down, an unknown partition, Ctrl-C.  A program of the test's own stands before pw.x and counts what is started.
"""

import shutil
import sys
import tempfile
import time
import unittest
from pathlib import Path

import cluster_labels
from one_node import OneNode


class OnSlurm(cluster_labels.ClusterLabels):
    QUEUE = "slurm"
    node: OneNode

    def setUp(self):
        super().setUp()
        self.input("tasks_at_once: 4")

    def input(self, more: str, memory: int = 1500) -> None:
        super().input(f"poll_seconds: 0.5, {more}", memory)

    def environment(self) -> dict[str, str]:
        return self.node.environment

    def submitted(self) -> set[str]:
        return set(self.node.command("squeue", "-h", "-t", "all", "-o", "%F").split())

    def unfinished(self, *states: str) -> list[str]:
        chosen = ["--states=" + ",".join(states)] if states else []
        told = self.node.command("squeue", "-h", "-r", *chosen, "-o", "%j|%F_%K|%k|%Z")
        return [line.split("|")[1] for line in told.splitlines() if str(self.folder) in line]

    def cancel_running(self) -> None:
        self.node.command("scancel", *self.unfinished("RUNNING"))

    def test_a_drained_node_is_waited_for(self):
        child = self.start_slowly()
        self.node.set_state("drain")
        self.wait_for(lambda: not self.unfinished("RUNNING") and self.unfinished("PENDING"), "the node is empty")
        started = self.starts()
        self.assertLess(started, 4)
        time.sleep(2)
        self.assertEqual(self.starts(), started)
        self.node.set_state("resume")
        self.end(child)
        self.check_labels()

    def test_tasks_of_a_node_that_failed_are_submitted_again(self):
        child = self.start_slowly()
        self.node.set_state("down")
        self.wait_for(lambda: "node failed: task" in self.told(), "it notices")
        self.node.set_state("resume")
        self.end(child)
        self.assertEqual(len(self.labelled()), 4)

    def test_without_slurmctld_it_waits(self):
        child = self.start_slowly()
        self.node.stop_controller()
        self.wait_for(lambda: "does not answer" in self.told(), "it notices")
        self.node.start_controller()
        self.end(child)
        self.check_labels()

    def test_more_memory_for_what_needs_it(self):
        (self.folder / "hungry").touch()
        self.input("tasks_at_once: 1, task_seconds: 1000", memory=300)
        child = self.start()
        self.wait_for(lambda: "out of memory" in self.told(), "Slurm kills it")
        (self.folder / "hungry").unlink()
        self.end(child)
        self.assertEqual(len(self.labelled()), 4)
        self.assertIn("600M", self.node.command("squeue", "-h", "-t", "all", "-o", "%m"))

    def test_what_slurm_refuses_is_told(self):
        self.input("partition: nowhere")
        told = self.end(self.start(), 1)
        self.assertIn("the cluster refuses jobs: ", told)
        self.assertIn("invalid partition specified: nowhere", told)
        self.assertIn("remedy: change partition", told)

    def test_a_node_that_cannot_label_tells_why(self):
        self.end(self.start())
        self.wait_for(lambda: not self.unfinished(), "the tasks have ended, not only their labels come")
        shutil.rmtree(self.folder / "labelled.extxyz.chunks")
        (self.folder / "labelled.extxyz.ledger").unlink()
        (self.folder / "slow").touch()
        child = self.start()
        self.wait_for(lambda: self.unfinished("RUNNING"), "a task runs")
        pw = self.folder / "pw.sh"
        pw.chmod(0o644)
        told = self.end(child, 1)
        self.assertRegex(told, "refused: '.*pw.sh' is not found \\(on ")
        self.assertIn("remedy: install quantum-espresso", told)
        pw.chmod(0o755)
        (self.folder / "slow").unlink()
        (self.folder / "stderr").unlink()
        self.end(self.start())
        self.assertEqual(len(self.labelled()), 4)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="mlip-slurmd-") as name, OneNode(Path(name)) as node:
        OnSlurm.node = node
        result = unittest.main(argv=["slurm.py", *sys.argv[2:]], exit=False, verbosity=2).result
    sys.exit(not result.wasSuccessful())


if __name__ == "__main__":
    main()
