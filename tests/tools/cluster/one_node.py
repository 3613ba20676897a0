"""A real Slurm of one node in a folder of its own, for tests: its daemons, its key, its state.

Needs root (slurmd and munged refuse others) and the packages slurmctld, slurmd, slurm-client and munge.
"""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

CONFIGURATION = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
SlurmctldPort={port}
SlurmdPort={next_port}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CredType=cred/munge
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
EnforcePartLimits=ALL
InactiveLimit=0
KillWait=2
MinJobAge=3600
MessageTimeout=3
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=2,batch_sched_delay=0,sched_min_interval=0
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
JobRequeue=1
NodeName={host} NodeAddr=127.0.0.1 CPUs={cores} RealMemory={memory} State=UNKNOWN
PartitionName=short Nodes={host} Default=YES MaxTime=INFINITE DefaultTime=60 State=UP OverTimeLimit=0
"""


class Ports:
    """Two neighbours that nobody listens on, ours for as long as the process lives: the daemons bind them later."""

    def __init__(self) -> None:
        for self.first in range(16817, 17817, 2):
            self.claim = open(f"/tmp/mlip-slurm-{self.first}.lock", "w", encoding="ascii")
            if self.claimed() and all(self.free(port) for port in (self.first, self.first + 1)):
                return
            self.claim.close()
        sys.exit("no two free ports between 16817 and 17817")

    def claimed(self) -> bool:
        try:
            fcntl.flock(self.claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError:
            return False

    @staticmethod
    def free(port: int) -> bool:
        try:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False


class OneNode:
    def __init__(self, folder: Path, cores: int = 2):
        missing = [name for name in ("slurmctld", "slurmd", "sbatch", "munged") if not shutil.which(name)]
        if missing:
            sys.exit(f"not installed: {', '.join(missing)} (packages slurmctld, slurmd, slurm-client, munge)")
        if os.geteuid() != 0:
            sys.exit("a Slurm of our own needs root: run this test as root, as in a container")
        self.folder = folder
        for name in ("state", "spool", "munge"):
            (folder / name).mkdir(parents=True)
        for path in (folder, *folder.iterdir()):
            path.chmod(0o755)
        host = socket.gethostname().split(".")[0]
        self.resolve(host)
        memory = int(Path("/proc/meminfo").read_text().split()[1]) // 1024 * 9 // 10
        self.ports = Ports()
        self.configuration = folder / "slurm.conf"
        # One core a task is enough: the node may claim more of them than it has.
        self.configuration.write_text(CONFIGURATION.format(host=host, folder=folder, port=self.ports.first,
                                                           next_port=self.ports.first + 1,
                                                           cores=min(cores, os.cpu_count() or 1), memory=memory))
        self.environment = {**os.environ, "SLURM_CONF": str(self.configuration)}

    @staticmethod
    def resolve(host: str) -> None:
        """Bound to the loopback alone, both daemons die of a name that nobody knows."""
        try:
            socket.gethostbyname(host)
        except OSError:
            with open("/etc/hosts", "a", encoding="utf-8") as hosts:
                hosts.write(f"127.0.0.1 {host}\n")

    def command(self, *words: str) -> str:
        return subprocess.run(words, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              check=True, timeout=60).stdout

    def daemon(self, *words: str) -> None:
        with open(self.folder / "daemons.log", "a", encoding="utf-8") as log:
            subprocess.run(words, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=True,
                           timeout=60)

    def __enter__(self) -> "OneNode":
        munge = self.folder / "munge"
        key = munge / "key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        try:
            self.daemon("munged", "--force", f"--key-file={key}", f"--socket={munge}/socket", f"--pid-file={munge}/pid",
                        f"--log-file={munge}/log", f"--seed-file={munge}/seed", "--num-threads=2")
            self.start_controller()
            self.daemon("slurmd", "-f", str(self.configuration), "-c")
            self.wait_until_up()
        except BaseException:
            self.__exit__()
            raise
        return self

    def start_controller(self) -> None:
        self.daemon("slurmctld", "-f", str(self.configuration))

    def stop_controller(self) -> None:
        """As an administrator does: killed at once it may forget that jobs run, start them again and drain the node."""
        self.kill(self.folder / "slurmctld.pid", 15)

    def set_state(self, state: str) -> None:
        host = socket.gethostname().split(".")[0]
        words = ["scontrol", "update", f"nodename={host}", f"state={state}", "reason=test"]
        if state == "resume":  # an error where the node has come back by itself
            subprocess.run(words, env=self.environment, stdin=subprocess.DEVNULL, check=False, timeout=60)
        else:
            self.command(*words)

    def wait_until_up(self) -> None:
        for _ in range(300):
            told = subprocess.run(["sinfo", "-h", "-o", "%T"], env=self.environment, capture_output=True, text=True)
            if told.stdout.strip() in ("idle", "mixed", "allocated"):
                return
            time.sleep(0.1)
        logs = "".join(path.read_text(errors="replace")[-2000:] for path in self.folder.glob("*.log"))
        sys.exit(f"Slurm does not come up:\n{logs}")

    @staticmethod
    def kill(pid_file: Path, signal: int) -> None:
        try:
            os.kill(int(pid_file.read_text()), signal)
        except (OSError, ValueError):
            pass

    def __exit__(self, *_: object) -> None:
        subprocess.run(["scancel", "--user=root"], env=self.environment, capture_output=True)
        time.sleep(0.5)
        for name in ("slurmd.pid", "slurmctld.pid", "munge/pid"):
            self.kill(self.folder / name, 15)
        time.sleep(0.5)
        for name in ("slurmd.pid", "slurmctld.pid", "munge/pid"):
            self.kill(self.folder / name, 9)
