"""For supervisors: is it alive, is it ready, how much of what. Reads; decides nothing."""

from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from monitor.projections import health, history
from monitor.projections.sources import complaints
from monitor.statuses import Signal
from monitor.web.site import Call

READY_LAG: Final = 5_000
"""Events that a projection may be behind before the page's answers are called stale."""


def alive(_: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("alive\n")


def ready(call: Call) -> Response:
    """The database answers and the tables are level with the log."""
    lags = health.lags(call.connection, history.head(call.connection))
    late = max(lags.values(), default=0) > READY_LAG
    status = HTTPStatus.SERVICE_UNAVAILABLE if late else HTTPStatus.OK
    return JSONResponse({"ready": not late, "lag": lags}, status)


def metrics(call: Call) -> Response:
    """Prometheus text, worked out from the database at each scrape."""
    registry = CollectorRegistry()
    registry.register(_Figures(call))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


class _Figures(Collector):
    """The figures of one snapshot."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def collect(self) -> Iterator[Metric]:
        """See prometheus-client."""
        connection = self._call.connection
        head = history.head(connection)
        events = CounterMetricFamily("summitwatch_events", "Events in the log.", labels=["type"])
        for type_, count in health.event_counts(connection).items():
            events.add_metric([type_], count)
        yield events
        yield GaugeMetricFamily("summitwatch_log_position", "Position of the last event.", head)
        lag = GaugeMetricFamily("summitwatch_projection_lag", "Events a projection is behind.", labels=["projection"])
        for projection, count in health.lags(connection, head).items():
            lag.add_metric([projection], count)
        yield lag
        watches = GaugeMetricFamily("summitwatch_watches", "Watches by status.", labels=["status"])
        counts = health.status_counts(connection)
        for signal in Signal:
            watches.add_metric([signal.value], counts.get(signal.value, 0))
        yield watches
        yield from self._alerts()
        yield from self._sources()

    def _alerts(self) -> Iterator[Metric]:
        waiting = GaugeMetricFamily("summitwatch_outbox_alerts", "Alerts that wait.", labels=["channel"])
        age = GaugeMetricFamily("summitwatch_outbox_age_seconds", "Age of the oldest of them.", labels=["channel"])
        found = health.waiting_alerts(self._call.connection, self._call.now)
        for channel in sorted({section.name for section in self._call.site.config.alert} | found.keys()):
            count, seconds = found.get(channel, (0, 0.0))
            waiting.add_metric([channel], count)
            age.add_metric([channel], seconds)
        yield waiting
        yield age

    def _sources(self) -> Iterator[Metric]:
        states = GaugeMetricFamily("summitwatch_sources", "Sources by state.", labels=["state"])
        failures = GaugeMetricFamily("summitwatch_source_failures", "Weighed faults in a row.", labels=["source"])
        polls, wrong = health.polls(self._call.connection), complaints(self._call.connection)
        counts: Counter[str] = Counter()
        for section in self._call.site.config.source:
            poll = polls.get(section.name)
            counts[health.source_state(poll, wrong.get(section.name))] += 1
            if poll is not None:
                failures.add_metric([section.name], poll.failures)
        for state, count in sorted(counts.items()):
            states.add_metric([state], count)
        yield states
        yield failures
