#!/usr/bin/python3
"""Stands in for `hq` where HyperQueue is not installed: the commands that mlip-auto gives, answered in the JSON that HyperQueue
documents (docs/cli/output-mode.md) and prints.  Its "server" is a folder, $HQ_STAND_IN; tasks are processes, two at once.
A file `away` in it is a server that does not answer.
"""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

SERVER = Path(os.environ["HQ_STAND_IN"])
AT_ONCE = 2


def fail(text: str) -> None:
    print(json.dumps({"error": text}, indent=2))
    sys.exit(1)


def ids(text: str) -> list[int]:
    return [int(word) for word in text.split(",")]


def jobs() -> list[dict]:
    return [json.loads(path.read_text()) for path in sorted(SERVER.glob("job-*.json"), key=lambda p: int(p.stem[4:]))]


def task_file(job: int, task: int) -> Path:
    return SERVER / f"task-{job}-{task}.json"


def tasks(job: dict) -> list[dict]:
    return [json.loads(task_file(job["id"], task).read_text()) for task in job["tasks"]]


def write(path: Path, value: dict) -> None:
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps(value))
    fresh.rename(path)


def submit(words: list[str]) -> None:
    split = words.index("--")
    options = dict(word.removeprefix("--").split("=", 1) for word in words[:split])
    with open(SERVER / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        number = len(jobs()) + 1
        job = {"id": number, "name": options["name"], "cwd": options["cwd"], "stdout": options["stdout"],
               "limit": float(options["time-limit"].removesuffix("s")), "argv": words[split + 1:],
               "tasks": ids(options["array"]), "options": sorted(options)}
        for task in job["tasks"]:
            write(task_file(number, task), {"id": task, "state": "waiting"})
        write(SERVER / f"job-{number}.json", job)
    for task in job["tasks"]:
        subprocess.Popen([sys.executable, __file__, "work", str(number), str(task)], start_new_session=True,
                         stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    print(json.dumps({"id": number}, indent=2))


def work(number: int, task: int) -> None:
    """A worker: one of AT_ONCE places, then the program."""
    job = json.loads((SERVER / f"job-{number}.json").read_text())
    path = task_file(number, task)
    while True:
        for place in range(AT_ONCE):
            slot = open(SERVER / f"place-{place}", "w")
            try:
                fcntl.flock(slot, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                slot.close()
                continue
            return run(job, task, path)
        time.sleep(0.05)


def run(job: dict, task: int, path: Path) -> None:
    if json.loads(path.read_text())["state"] == "canceled":
        return
    stdout = job["stdout"].replace("%{CWD}", job["cwd"]).replace("%{JOB_ID}", str(job["id"])).replace("%{TASK_ID}", str(task))
    with open(stdout, "w") as out:
        child = subprocess.Popen(job["argv"], cwd=job["cwd"], stdout=out, stderr=subprocess.DEVNULL, start_new_session=True,
                                 env={**os.environ, "HQ_JOB_ID": str(job["id"]), "HQ_TASK_ID": str(task)})
    write(path, {"id": task, "state": "running", "worker": 1, "pid": child.pid})
    try:
        code = child.wait(job["limit"])
        end = {"state": "finished"} if code == 0 else {"state": "failed", "error": f"Program terminated with exit code {code}"}
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        end = {"state": "failed", "error": "Time limit reached"}
    if json.loads(path.read_text())["state"] != "canceled":
        write(path, {"id": task, "worker": 1, **end})


def cancel(words: list[str]) -> None:
    for job in jobs():
        if job["id"] not in ids(words[0]):
            continue
        for task in tasks(job):
            if task["state"] in ("waiting", "running"):
                write(task_file(job["id"], task["id"]), {"id": task["id"], "state": "canceled"})
                if "pid" in task:
                    os.killpg(task["pid"], signal.SIGTERM)
    print("null")


def job_list() -> None:
    print(json.dumps([{"id": job["id"], "name": job["name"], "task_count": len(job["tasks"]), "task_stats": {}}
                      for job in jobs()], indent=2))


def task_list(words: list[str]) -> None:
    chosen = ids(words[0])
    print(json.dumps({str(job["id"]): tasks(job) for job in jobs() if job["id"] in chosen}, indent=2))


def main() -> None:
    words = sys.argv[1:]
    if words[0] == "work":
        return work(int(words[1]), int(words[2]))
    if words.pop(0) != "--output-mode=json":
        sys.exit("error: the stand-in speaks JSON only")
    if (SERVER / "away").exists():
        fail(f'No running instance of HQ found at "{SERVER}". Try to start the server: `hq server start`')
    match words:
        case ["submit", *rest]:
            submit(rest)
        case ["job", "list", "--all"]:
            job_list()
        case ["task", "list", *rest]:
            task_list(rest)
        case ["job", "cancel", *rest]:
            cancel(rest)
        case _:
            sys.exit(f"error: unrecognized subcommand {words}")


if __name__ == "__main__":
    main()
