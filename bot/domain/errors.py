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


class BillingUnavailableError(FairwellError):
    """The billing system did not answer, or asked to wait; the same call may be repeated, and may have acted.

    `retry_after` is how many seconds it asked to wait, where it did.
    """

    def __init__(self, problem: str, retry_after: float | None = None) -> None:
        super().__init__(problem)
        self.retry_after = retry_after


class BillingRefusedError(FairwellError):
    """The billing system will not do it, however often it is asked, and did nothing. A person sees to it."""


class HopelessError(FairwellError):
    """Work that will not succeed however often it is tried; staff are told why, in words of ours."""


class MailRefusedError(HopelessError):
    """A mail that will not be taken, or must not be sent, whoever tries again. Its words hold no address."""


class MailDelayedError(FairwellError):
    """The mail server did not take a mail, or was not reached; it may later. Its words hold no address."""


class SignatureInvalidError(FairwellError):
    """What came in does not carry the sender's signature, or carries an old one."""


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
