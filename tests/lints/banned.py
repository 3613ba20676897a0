"""Calls, words and names that have no place here."""

import re
from pathlib import Path

import sources

# (pattern, folders, what to do instead); looked for in C++ code without comments and strings.
CALLS = [
    (r"(?<![\w.>])(?:std::|::)?system\s*\(", ("src", "app"), "start processes through exec, never a shell"),
    (r"\bpopen\s*\(", ("src", "app"), "start processes through exec, never a shell"),
    (r"(?<![\w.>:])(?:std::|::)?s?rand\s*\(", ("src", "app", "tests"), "use core::random_engine"),
    (r"\bstd::random_device\b", ("src", "app", "tests"), "use core::random_engine"),
    (r"\bstd::(?:cout|cerr)\b", ("src",), "return values; only app/ talks to the terminal"),
    (r"\busing\s+namespace\s+std\s*;", ("src", "app", "tests", "benchmarks"), "name what you use"),
]

# Looked for in the whole text of all files but these lints.
WORDS = [
    (r"\b(?:TODO|FIXME|XXX|HACK)\b", "do it or drop it"),
    (r"(?i)\b(?:stub|stubs|stubbed|not implemented|unimplemented)\b", "finish it"),
    (r"(?<![\w.$}])/(?:work|root)/|/home/\w+/|/tmp/build", "no paths of one machine"),
]

NAMES = re.compile(r"(?i)(?:^|_)(?:utils?|utilities|common|helpers?|misc)(?:_|$)")

TEXT = (*sources.CPP, ".py", ".md", ".txt", ".cmake", ".json", ".yaml", ".yml", ".toml", ".sh", "")


def check_calls(path: Path, text: str) -> list[str]:
    if path.suffix not in sources.CPP:
        return []
    code = sources.without_comments(text)
    return [f"{path}:{sources.line_of(code, match.start())}: '{match.group().strip()}': {instead}"
            for pattern, folders, instead in CALLS if path.parts[0] in folders
            for match in re.finditer(pattern, code)]


def check_words(path: Path, text: str) -> list[str]:
    return [f"{path}:{sources.line_of(text, match.start())}: '{match.group()}': {instead}"
            for pattern, instead in WORDS for match in re.finditer(pattern, text)]


def check(root: Path) -> list[str]:
    complaints = []
    for path in sources.files(root):
        if path.parts[:2] in (("tests", "lints"), ("tests", "data")) or path.suffix not in TEXT:
            continue
        if NAMES.search(path.stem):
            complaints.append(f"{path}: the name says nothing; name what is in it")
        text = sources.read(root / path)
        complaints += check_calls(path, text) + check_words(path, text)
    return complaints


EXAMPLES = [
    sources.Example("", {
        "src/a/file_system.cpp": '// popen(x) and rand()\nconst char* s = "std::cout system(";\n'
                                 "int x = operand(3) + a.rand(); fs::filesystem(1); eco.system(2);\n",
        "app/main.cpp": "std::cout << 1;\n", "docs/a.md": "see src/work/x and ./work/\n"}),
    sources.Example("'system(': start", {"src/a/a.cpp": "int x = system(command);"}),
    sources.Example("'std::system(': start", {"app/a.cpp": "std::system(c);"}),
    sources.Example("'popen(': start", {"src/a/a.cpp": "auto f = popen(c);"}),
    sources.Example("core::random_engine", {"src/a/a.cpp": "int x = std::rand();"}),
    sources.Example("core::random_engine", {"src/a/a.cpp": "srand(3);"}),
    sources.Example("only app/ talks", {"src/a/a.cpp": "\n// x\nstd::cout << 1;"}),
    sources.Example("name what you use", {"tests/unit/a/a.cpp": "using namespace std;"}),
    sources.Example("do it or drop it", {"src/a/a.cpp": "// TODO later\n"}),
    sources.Example("finish it", {"docs/a.md": "this is a stub\n"}),
    sources.Example("no paths of one machine", {"README.md": "cd /work/main\n"}),
    sources.Example("no paths of one machine", {"a.cmake": 'set(x "/home/me/x")\n'}),
    sources.Example("the name says nothing", {"src/a/string_utils.hpp": "\n"}),
    sources.Example("the name says nothing", {"src/common.hpp": "\n"}),
]

if __name__ == "__main__":
    sources.main(check, EXAMPLES)
