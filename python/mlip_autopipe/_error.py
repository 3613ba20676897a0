"""What the user or the machine did wrong."""


class Error(Exception):
    """Says what is wrong and where; `remedy` says what can be done about it (may be empty)."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n{self.remedy}" if self.remedy else self.message
