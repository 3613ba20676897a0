"""What every check of tests/tools says when something does not hold."""

import sys


def check(holds: bool, what: str) -> None:
    if not holds:
        sys.exit(f"failed: {what}")
