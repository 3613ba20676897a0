"""The --help of mlip-auto and of all its sub-commands is what tests/data/app/help says.

argv: mlip-auto, folder of the texts.  MLIP_REWRITE=1 writes them anew.
"""

import difflib
import os
import subprocess
import sys
from pathlib import Path


def help_of(program: str, words: list[str]) -> str:
    ended = subprocess.run([program, *words, "--help"], capture_output=True, text=True, timeout=60,
                           env={**os.environ, "COLUMNS": "80", "LC_ALL": "C.UTF-8"})
    assert ended.returncode == 0, f"{words} --help: exit {ended.returncode}\n{ended.stderr}"
    return ended.stdout


def subcommands(text: str) -> list[str]:
    lines = text.split("\n")
    if "Subcommands:" not in lines:
        return []
    names = []
    for line in lines[lines.index("Subcommands:") + 1:]:
        if not line.startswith("  "):
            break
        if line[2] != " ":
            names.append(line.split()[0])
    return names


def all_helps(program: str, words: list[str]) -> dict[str, str]:
    text = help_of(program, words)
    found = {" ".join(words) or "mlip-auto": text}
    for name in subcommands(text):
        found |= all_helps(program, [*words, name])
    return found


def compare(folder: Path, helps: dict[str, str]) -> list[str]:
    committed = {path.stem.replace("_", " "): path.read_text() for path in folder.glob("*.txt")}
    complaints = [f"'{name}' has no sub-command any more" for name in committed.keys() - helps.keys()]
    for name, text in helps.items():
        if committed.get(name) != text:
            complaints += difflib.unified_diff(committed.get(name, "").splitlines(), text.splitlines(),
                                               f"committed help of '{name}'", "as it is now", lineterm="")
    return complaints


def rewrite(folder: Path, helps: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.txt"):
        old.unlink()
    for name, text in helps.items():
        (folder / f"{name.replace(' ', '_')}.txt").write_text(text)


def main(program: str, folder: Path) -> int:
    helps = all_helps(program, [])
    assert {"mlip-auto", "run", "plan", "db list"} <= helps.keys(), f"only {sorted(helps)} were found"
    if os.environ.get("MLIP_REWRITE") == "1":
        rewrite(folder, helps)
    complaints = compare(folder, helps)
    print(*complaints, sep="\n")
    print(f"{len(helps)} helps, {'as committed' if not complaints else 'not as committed (MLIP_REWRITE=1)'}")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
