"""No common misspellings, by codespell."""

import subprocess
from pathlib import Path

import sources

# Words of the field that codespell takes for slips, and slips that tests of error messages make.
IGNORED = ["ans", "fo", "ith", "lengthh", "nd", "sie", "te", "titel", "vie"]


def check(root: Path) -> list[str]:
    paths = [str(p) for p in sources.files(root)
             if p.parts[:2] not in (("tests", "data"), ("tests", "lints")) and p.suffix != ".json"]
    if not paths:
        return []
    done = subprocess.run(["codespell", "--ignore-words-list", ",".join(IGNORED), *paths],
                          cwd=root, capture_output=True, text=True)
    complaints = done.stdout.splitlines()
    if done.returncode != 0 and not complaints:
        complaints.append(f"codespell failed: {done.stderr.strip()}")
    return complaints


EXAMPLES = [
    sources.Example("", {"src/a.cpp": "// the forces\n"}),
    sources.Example("teh ==> the", {"docs/a.md": "teh forces\n"}),
    sources.Example("seperate ==> separate", {"src/a.cpp": "// seperate\n"}),
]

if __name__ == "__main__":
    sources.main(check, EXAMPLES)
