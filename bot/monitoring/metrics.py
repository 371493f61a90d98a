"""Prometheus metrics. Labels are small closed sets, never a person, a ticket or a text."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from scheduler.steady import ClockDoubt

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class MessageMetrics:
    """Messages on their way in."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._answers = Counter(
            "minsheng_answers_total", "Genuine messages by how they were answered", ["how"], registry=registry
        )
        self._refused = Counter(
            "minsheng_refused_pushes_total", "Requests that were no push of ours", ["status"], registry=registry
        )
        self._oldest = Gauge(
            "minsheng_oldest_message_seconds",
            "For how long the oldest message that is not answered has been on its way",
            registry=registry,
        )
        self._spooled = Gauge("minsheng_spooled_messages", "Messages that wait for the database", registry=registry)

    def answered(self, how: str) -> None:
        """Count one genuine message by how it was answered: answered, repeated, failed, unread, late, spooled or lost."""
        self._answers.labels(how).inc()

    def refused(self, status: int) -> None:
        """Count one refused request."""
        self._refused.labels(str(status)).inc()

    def watch_oldest(self, oldest: Callable[[], float]) -> None:
        """Read at each scrape for how many seconds the oldest message has been in flight."""
        self._oldest.set_function(oldest)

    def spooled(self, messages: int) -> None:
        """Set the number of messages in the spool."""
        self._spooled.set(messages)


class DecisionMetrics:
    """Transactions and what they changed."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._batch = Histogram(
            "minsheng_batch_messages",
            "Messages per transaction",
            buckets=(1, 2, 4, 8, 16, 32, 64),
            registry=registry,
        )
        self._batch_seconds = Histogram(
            "minsheng_batch_seconds", "Time from taking a batch to its commit", buckets=_SECONDS, registry=registry
        )
        self._events = Counter("minsheng_ticket_events_total", "Ticket events by kind", ["kind"], registry=registry)

    def committed(self, messages: int, seconds: float) -> None:
        """Count one committed transaction."""
        self._batch.observe(messages)
        self._batch_seconds.observe(seconds)

    def event(self, kind: str) -> None:
        """Count one committed event."""
        self._events.labels(kind).inc()


class PushMetrics:
    """Pushes on their way out."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._pushes = Counter("minsheng_pushes_total", "Pushes by what became of them", ["fate"], registry=registry)
        self._outbox = Gauge(
            "minsheng_outbox_rows", "Pushes that are not final, by state", ["state"], registry=registry
        )
        self._unwritten = Gauge(
            "minsheng_pushes_unwritten",
            "Pushes whose outcome waits for the database: nothing more is sent until it is written",
            registry=registry,
        )

    def ended(self, fate: str, count: int = 1) -> None:
        """Count pushes by fate: sent, retried, parked, given up or uncertain."""
        self._pushes.labels(fate).inc(count)

    def rows(self, state: str, rows: int) -> None:
        """Set the number of pushes in this state."""
        self._outbox.labels(state).set(rows)

    def unwritten(self, pushes: int) -> None:
        """Set the number of pushes whose result waits for the database."""
        self._unwritten.set(pushes)


class ClockMetrics:
    """What the clock does to tickets, and whether the time can be trusted."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._chased = Counter("minsheng_chase_steps_total", "Steps of the clock by kind", ["kind"], registry=registry)
        self._chase_lag = Gauge(
            "minsheng_chase_lag_seconds",
            "How long the first ticket had been due when the clock came",
            registry=registry,
        )
        self._chase_aside = Gauge(
            "minsheng_chase_aside_tickets", "Due tickets that could not be chased", registry=registry
        )
        self._chase_seconds = Histogram(
            "minsheng_chase_seconds",
            "Time of one tick of the clock",
            buckets=(0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 20, 60),
            registry=registry,
        )
        self._clock_apart = Gauge(
            "minsheng_clock_ahead_seconds",
            "How far this host's clock is ahead of the database's",
            registry=registry,
        )
        self._clock_doubt = Gauge(
            "minsheng_clock_in_doubt",
            "1 for the reason why this process does nothing that the clock punishes with, 0 otherwise",
            ["why"],
            registry=registry,
        )

    def chased(self, steps: Mapping[str, int], lag: float, aside: int, seconds: float) -> None:
        """Record one tick of the clock."""
        for kind, count in steps.items():
            self._chased.labels(kind).inc(count)
        self._chase_lag.set(lag)
        self._chase_aside.set(aside)
        self._chase_seconds.observe(seconds)

    def compared(self, ahead: float, doubt: ClockDoubt | None) -> None:
        """Record one reading of the clocks: their difference in seconds, and why the time is not trusted."""
        self._clock_apart.set(ahead)
        for why in ClockDoubt:
            self._clock_doubt.labels(why.value).set(why is doubt)


class UpkeepMetrics:
    """What a process does for itself."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._swept = Counter(
            "minsheng_swept_files_total",
            "Half-written files that a crash left and that were removed",
            registry=registry,
        )
        self._unannounced = Gauge(
            "minsheng_calendar_unannounced_years",
            "Years whose list of holidays should be there and is not: dates are only estimated",
            registry=registry,
        )
        self._lessons = Counter(
            "minsheng_learning_total", "Nightly fits by what became of them", ["became"], registry=registry
        )

    def swept(self, files: int) -> None:
        """Count deleted half-written files."""
        self._swept.inc(files)

    def unannounced(self, years: int) -> None:
        """Set the number of years without an official holiday calendar."""
        self._unannounced.set(years)

    def learnt(self, became: str) -> None:
        """Count one nightly training: replaced, refused or failed."""
        self._lessons.labels(became).inc()


class Metrics:
    """The process's own registry, so that two apps in one test do not share counters; a group for each family."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.messages = MessageMetrics(self.registry)
        self.decisions = DecisionMetrics(self.registry)
        self.pushes = PushMetrics(self.registry)
        self.clock = ClockMetrics(self.registry)
        self.upkeep = UpkeepMetrics(self.registry)

    def text(self) -> bytes:
        """Returns all metrics in the exposition format."""
        return generate_latest(self.registry)
