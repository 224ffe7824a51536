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
    webhook_lease: timedelta = timedelta(
        seconds=30
    )  # of a webhook on its way, longer than an endpoint may take
    webhooks: float = 1.0  # how often due webhooks are looked for
    schedules: float = 30.0  # how often it is looked what falls due by the clock
    look: float = 0.3  # how often somebody who waits for another process's answer looks
    answer: float = 10.0  # how long a request waits for its answer
    words: float = 4.0  # how long a form waits for the answer to words that only Rasa can read
    listen: float = 0.25  # how long the database is waited for at a time, and so a stop for that
    listen_again: float = 1.0  # how long after a fault it is listened to again
    socket: float = 30.0  # how often a socket looks though nobody has rung, and whether its session lives
    socket_again: float = 5.0  # how long after a look that failed
    alive: float = 20.0  # how long a socket is quiet at most: a sign of life tells it from a dead line
    send: float = 10.0  # how long a client may take to read what it was sent
    first_frame: float = 10.0  # how long a socket may take to say who it is
    stop: float = 4.0  # how long turns under way may take to end when the process is told to stop
