"""Faults the domain can name; adapters translate them for their own callers."""


class FairwellError(Exception):
    """Base of every fault that Fairwell itself raises on purpose."""


class NotFoundError(FairwellError):
    """What was asked for does not exist, or is not the caller's to see."""


class ConflictError(FairwellError):
    """Somebody else got there first; reading again tells what now holds."""


class CurrencyMismatchError(FairwellError):
    """Two amounts of different currencies were combined."""


class TooFarAheadError(FairwellError):
    """An end was asked for that is further ahead than anything is arranged."""


class NotOwnerError(FairwellError):
    """The caller has no proof that the account is theirs (P3)."""


class ReceiptInvalidError(FairwellError):
    """A receipt does not verify: altered, non-canonical, or signed by another key (P6)."""


class IdentityInvalidError(FairwellError):
    """An identity token is forged, stale, malformed or meant for somebody else."""


class IdentityUsedError(IdentityInvalidError):
    """An identity token was good, once; it has been used already."""


class ImportFaultError(FairwellError):
    """A customer file is broken; says file, line and column, and nothing was imported."""

    def __init__(self, file: str, line: int, column: str, problem: str) -> None:
        super().__init__(f"{file}:{line}: column {column}: {problem}")
        self.file, self.line, self.column, self.problem = file, line, column, problem
