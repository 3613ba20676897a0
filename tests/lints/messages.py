"""Texts of errors the user sees start in lower case and have no final stop."""

import re
from pathlib import Path

import sources

# The message is the first argument that holds a text; the next that does is the remedy.
_CALL = re.compile(r"\b(?:UserError|bad_input|fail|throw_bad_input)\s*(?:\w+\s*)?[({]")
_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')
_START = re.compile(r"[A-Z][a-z]")  # SCF and LAMMPS may begin a message, a sentence may not
# Proper names with small letters.
NAMES = ("Pacemaker", "Quantum ESPRESSO", "Slurm")


def arguments(text: str) -> list[str]:
    """Split at the commas of the outermost level."""
    parts, depth, start, quoted = [], 0, 0, False
    for at, c in enumerate(text):
        if c == '"' and text[at - 1] != "\\":
            quoted = not quoted
        elif quoted:
            continue
        elif c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
        elif c == "," and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]


def texts(call: str) -> list[str]:
    """Message and remedy, each the first text of its argument with adjacent literals joined."""
    found = []
    for argument in arguments(call):
        joined = re.sub(r'"\s*"', "", argument)
        literal = _LITERAL.search(joined)
        if literal:
            # The end of a text that is put together with + is not the end of the message.
            joins = "+" in _LITERAL.sub("", joined)
            found.append(literal.group(1).strip() if joins else literal.group(1))
    return found[:2]


def problem(text: str) -> str:
    if _START.match(text) and not text.startswith(NAMES):
        return "starts with a capital"
    if re.search(r"[.!]$", text) and not text.endswith("..."):
        return "ends with a stop"
    if text != text.strip():
        return "begins or ends with a blank"
    return ""


def check(root: Path) -> list[str]:
    complaints = []
    for path in sources.files(root, "src", "app"):
        if path.suffix not in sources.CPP:
            continue
        code = sources.without_comments(sources.read(root / path), keep_strings=True)
        for match in _CALL.finditer(code):
            call = code[match.end():sources.closing(code, match.end() - 1)]
            for text in texts(call):
                if found := problem(text):
                    complaints.append(f"{path}:{sources.line_of(code, match.start())}: '{text}' {found}")
    return complaints


EXAMPLES = [
    sources.Example("", {
        "src/a/a.cpp": 'fail("use one of " + names);throw core::UserError(ExitCode::failed, fmt::format("cannot, {} read", "X."),\n'
                       '  "check the path");\nfail("SCF did not converge");\n'
                       'throw bad_input(file, 3, "unknown key \'a\'", "");\n// UserError("No.")\n'}),
    sources.Example("'Cannot read' starts with a capital", {
        "src/a/a.cpp": 'throw UserError(ExitCode::failed, "Cannot read");'}),
    sources.Example("'cannot read it.' ends with a stop", {
        "app/a.cpp": 'throw bad_input(name(x), line,\n fmt::format("cannot "\n "read it."));'}),
    sources.Example("'Free some space' starts with a capital", {
        "src/a/a.cpp": 'throw UserError(code, text + "disk full", "Free some space");'}),
    sources.Example("begins or ends with a blank", {"src/a/a.cpp": 'fail("a word ");'}),
    sources.Example("ends with a stop", {"src/a/a.cpp": 'UserError error(code, "no file!");'}),
]

if __name__ == "__main__":
    sources.main(check, EXAMPLES)
