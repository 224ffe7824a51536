"""How fast the gateway's background work goes; tests go faster."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds, but for the leases."""

    lease: timedelta = timedelta(seconds=15)  # of a conversation, by the worker that answers it
    renew: float = 5.0  # how often a worker renews it
    sweep: float = 1.0  # how often accepted messages that nobody answers are looked for
    overdue: float = 15.0  # how often conversations are taken back from staff who let customers wait
    delivery_lease: timedelta = timedelta(
        seconds=20
    )  # of a message on its way, longer than a platform may take
    deliveries: float = 1.0  # how often due deliveries are looked for
    role_lease: timedelta = timedelta(seconds=6)  # of a right that one process holds, such as to poll
    renew_role: float = 2.0  # how often it is renewed
    job_lease: timedelta = timedelta(seconds=60)  # of an outbox job
    jobs: float = 1.0  # how often due jobs are looked for
    look: float = 0.3  # how often somebody who waits for another process's answer looks
    answer: float = 10.0  # how long a request waits for its answer
    socket: float = 1.0  # how often a socket looks for what another process wrote
    first_frame: float = 10.0  # how long a socket may take to say who it is
    stop: float = 4.0  # how long turns under way may take to end when the process is told to stop
