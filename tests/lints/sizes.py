"""Files of at most 500 lines and functions of at most 60."""

import re
from pathlib import Path

import sources

FILE_LINES = 500
FUNCTION_LINES = 60

# Longer for a reason.
ALLOWED: dict[str, str] = {
    "src/ace/ls_order_table.cpp": "a table: one exception a line",
    "src/core/element_table.hpp": "a table: one element a line",
}

_SCOPE = re.compile(r"^(?:(?:inline|static|constexpr|const|typedef|export)\s+)*"
                    r"(?:namespace|class|struct|union|enum|extern\s*\"\")\b")
_PREPROCESSOR = re.compile(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", re.MULTILINE | re.DOTALL)
_TEMPLATE = re.compile(r"\btemplate\s*<(?:[^<>]|<[^<>]*>)*>|\brequires\b[^{}]*?(?=\b(?:auto|void)\b)")
# Braces that hold values: after an equals sign, or of a member in a constructor's list.
_VALUE = re.compile(r"[=,(]$|\)\s*(?:noexcept\s*)?:[^:].*[\w>]$", re.DOTALL)
_ACCESS = re.compile(r"\b(?:public|private|protected)\s*:(?!:)")


def _blank(match: re.Match) -> str:
    return "\n" * match.group().count("\n")


def function_bodies(code: str) -> list[tuple[int, int, str]]:
    """First line, number of lines from brace to brace, and head of every outermost function body."""
    text = _PREPROCESSOR.sub(_blank, sources.without_comments(code))
    text = _TEMPLATE.sub(_blank, text)
    bodies, start, at = [], 0, 0
    while at < len(text):
        if text[at] in ";}":
            start = at + 1
        elif text[at] == "{":
            head = _ACCESS.sub("", text[start:at]).strip()
            is_scope = _SCOPE.match(head) and not re.search(r"\)\s*(?:const|noexcept|override)?$", head)
            is_value = _VALUE.search(head) or ("(" not in head and head != "") or \
                head.count("(") > head.count(")")
            if is_scope:
                start = at + 1
            elif is_value:
                at = sources.closing(text, at)  # stays part of the statement around it
            else:
                end = sources.closing(text, at)
                first = sources.line_of(text, at)
                bodies.append((first, sources.line_of(text, end) - first + 1, head.split("(")[0]))
                start, at = end + 1, end
        at += 1
    return bodies


def check(root: Path) -> list[str]:
    complaints = []
    for path in sources.files(root, "src", "app", "tests", "benchmarks", "python"):
        if path.suffix not in (*sources.CPP, ".py") or path.as_posix() in ALLOWED:
            continue
        code = sources.read(root / path)
        lines = code.count("\n")
        if lines > FILE_LINES:
            complaints.append(f"{path}: {lines} lines, more than {FILE_LINES}")
        if path.suffix == ".py":
            continue
        complaints += [f"{path}:{line}: function '{' '.join(head.split())}' has {length} lines, "
                       f"more than {FUNCTION_LINES}"
                       for line, length, head in function_bodies(code) if length > FUNCTION_LINES]
    return complaints


def _function(lines: int, head: str = "int f(int x)") -> str:
    return f"{head} {{\n" + "  ++x;\n" * (lines - 2) + "}\n"


EXAMPLES = [
    sources.Example("", {
        "src/a/ok.cpp": "namespace {\nstruct S {\n" + _function(60) * 3 + "};\n}  // namespace {\n"
                        "const int table[] = {\n" + "1,\n" * 100 + "};\n"
                        "#define X {\nconst char* s = \"{\";  // {\n" + _function(60)}),
    sources.Example("src/a/long.cpp: 501 lines", {"src/a/long.cpp": "int x;\n" * 501}),
    sources.Example("src/a/f.cpp:2: function 'int f' has 61 lines", {
        "src/a/f.cpp": "namespace a {\n" + _function(61) + "}\n"}),
    sources.Example("function 'auto g' has 61 lines", {
        "src/a/f.hpp": _function(60) + "template <class T, class U = S<T>>\n" +
                       _function(61, "auto g() -> int")}),
    sources.Example("has 61 lines", {
        "app/f.cpp": "class A {\n public:\n" +
                     _function(61, "A(int x) : a_{1}, b_(std::vector{x}), c_{}") + "};\n"}),
    sources.Example("has 70 lines", {"tests/unit/a/t.cpp": _function(70, 'TEST_CASE("it (works) {")')}),
]

if __name__ == "__main__":
    sources.main(check, EXAMPLES)
