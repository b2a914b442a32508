"""Articles of the log that a person labels: which, in what order, and what is recorded. Draws nothing."""

import msgspec

from monitor.events import ArticleLabelled, NewEvent, SignalCorrected
from monitor.log.port import Log
from monitor.projections.archive import ArticleFull, ArticleReading, article, article_readings
from monitor.reading.model import Claim, Reading, Span
from monitor.service.assembly import Parts
from monitor.statuses import PartialDate, Signal


class Case(msgspec.Struct, frozen=True):
    """One article to be labelled for one watch."""

    watch: str
    shown: ArticleFull
    recorded: ArticleReading

    @property
    def reading(self) -> Reading:
        """As it counts without any correction."""
        return self.recorded.reading

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What the reader weighed, the strongest first."""
        return tuple(sorted(self.reading.claims, key=lambda claim: -claim.confidence))


class Label(msgspec.Struct, frozen=True):
    """What a person says of a case."""

    signal: Signal
    venue: str | None = None
    date: PartialDate | None = None
    evidence: Span | None = None


def labels(log: Log, watch: str) -> dict[str, ArticleLabelled]:
    """The last label of each article of a watch."""
    found: dict[str, ArticleLabelled] = {}
    for event in log.read(types=(ArticleLabelled.__name__,)):
        if isinstance(event.data, ArticleLabelled) and event.data.watch == watch:
            found[event.data.article] = event.data
    return found


def unlabelled(parts: Parts, watch: str) -> list[str]:
    """Articles that say anything for a watch and have no label, those first of which the reader is least sure."""
    rows = parts.database.connection.execute(
        "SELECT r.article FROM readings r JOIN articles a ON a.article = r.article AND a.text = r.text "
        "JOIN words k ON k.sha256 = r.text WHERE r.watch = ? ORDER BY r.confidence, a.counted_at, r.article",
        (watch,),
    )
    known = labels(parts.log, watch)
    return [identity for (identity,) in rows.fetchall() if identity not in known]


def case(parts: Parts, watch: str, identity: str) -> Case:
    """An article with its reading for a watch; both must be in the log."""
    connection = parts.database.connection
    recorded = next(r for r in article_readings(connection, identity) if r.watch == watch)
    return Case(watch, article(connection, identity), recorded)


def proposed(given: Case, signal: Signal) -> Label:
    """A label with what the reading knows: place and day where it says the same, and the words that say so."""
    reading = given.reading
    if signal is reading.signal:
        misled = given.claims[0].evidence if signal is Signal.NONE and given.claims else None
        return Label(signal, reading.venue, reading.date, reading.evidence or misled)
    if signal is Signal.NONE:
        return Label(signal, evidence=reading.evidence)
    claim = next((claim for claim in given.claims if claim.signal is signal), None)
    return Label(signal, claim.venue, claim.date, claim.evidence) if claim else Label(signal)


def paragraph_span(given: Case, number: int) -> Span:
    """A whole paragraph as evidence; `number` counts from 0."""
    text = paragraphs(given)[number]
    return Span(number, 0, len(text), text)


def paragraphs(given: Case) -> tuple[str, ...]:
    """The article's paragraphs without its title."""
    return tuple((given.shown.words or "").split("\n\n")[1:])


def record(parts: Parts, given: Case, label: Label) -> None:
    """Append the label, and the correction that follows from it; then bring the state up to date."""
    identity, watch = given.shown.article, given.watch
    stream = f"reading/{watch}/{identity}"
    at = parts.log.head()
    labelled = ArticleLabelled(
        article=identity,
        text=given.recorded.text,
        watch=watch,
        signal=label.signal,
        venue=label.venue,
        date=label.date,
        evidence=label.evidence,
    )
    events = [NewEvent(stream, labelled, f"label:{watch}:{identity}:{at}", actor="person")]
    if _overrules(parts, given, label):
        correction = SignalCorrected(
            article=identity, watch=watch, signal=label.signal, venue=label.venue, date=label.date, note="labelled"
        )
        events.append(NewEvent(stream, correction, f"correct:{watch}:{identity}:{at}", actor="person"))
    parts.log.append(events)
    parts.pipeline.step()


def _overrules(parts: Parts, given: Case, label: Label) -> bool:
    """Whether the label differs from what counts now: the reading, or the last correction of it."""
    reading = given.reading
    correction = case(parts, given.watch, given.shown.article).recorded.correction
    now = (reading.signal, reading.venue, reading.date)
    if correction is not None:
        now = (correction.signal, correction.venue or reading.venue, correction.date or reading.date)
    if label.signal is Signal.NONE:
        return now[0] is not Signal.NONE
    return now != (label.signal, label.venue, label.date)
