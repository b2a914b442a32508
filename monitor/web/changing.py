"""The few things a person can change here: correct a reading, send an alert again, enter with a token."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.events import AlertResent, NewEvent, SignalCorrected
from monitor.projections import archive, health, history
from monitor.projections.effects import effect
from monitor.projections.watches import watch_names
from monitor.service.assembly import open_parts
from monitor.service.correcting import record_correction
from monitor.statuses import Signal
from monitor.web.gate import FORM_COOKIE, SESSION_COOKIE
from monitor.web.pages import STATUSES, known_article
from monitor.web.site import BadQuestion, Call, Missing, Site

LONGEST_FORM: Final = 16_000
"""Bytes; the largest form holds a note of 1,000 characters."""
DATE: Final = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
SESSION_DAYS: Final = 30
Form = Mapping[str, str]


class Wish(msgspec.Struct, frozen=True):
    """A correction as it was typed."""

    watch: str = ""
    signal: str = ""
    venue: str = ""
    date: str = ""
    note: str = ""


async def read_form(request: Request) -> Form:
    """The fields of a posted form.

    Raises:
        BadQuestion: it is too large, not UTF-8, or no form.
    """
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise BadQuestion("form: send the page's own form")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM:
            raise BadQuestion(f"form: larger than {LONGEST_FORM} bytes")
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=20))
    except ValueError:
        raise BadQuestion("form: not UTF-8, or too many fields") from None


def check_form(site: Site, request: Request, form: Form) -> None:
    """Refuse a form that did not come from a page of ours.

    Raises:
        BadQuestion: it carries no note of ours for this browser, or another site sent it.
    """
    site_of_sender = request.headers.get("sec-fetch-site", "same-origin")
    browser = request.cookies.get(FORM_COOKIE, "")
    if site_of_sender not in ("same-origin", "none") or not browser:
        raise BadQuestion("form: it did not come from this page; open it here and try again")
    if not site.gate.permits(form.get("form"), "form", browser):
        raise BadQuestion("form: it is too old; open the page again")


def with_form(site: Site, request: Request, name: str, status: int = HTTPStatus.OK, **context: object) -> Response:
    """A page that holds a form: the note in the form and the cookie of the browser belong together."""
    browser = request.cookies.get(FORM_COOKIE) or site.gate.new_browser()
    answer = site.page(name, request, status, form=site.gate.permit("form", browser), **context)
    answer.set_cookie(FORM_COOKIE, browser, httponly=True, samesite="strict", secure=request.url.scheme == "https")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def show_correction(call: Call) -> Response:
    """The form for a correction."""
    return _ask(call, Wish(watch=call.text("watch") or ""))


def _ask(call: Call, wish: Wish, trouble: str = "", status: int = HTTPStatus.OK) -> Response:
    return with_form(
        call.site,
        call.request,
        "correct.html",
        status,
        article=known_article(call),
        wish=wish,
        trouble=trouble,
        effect=None,
        watches=watch_names(call.connection),
        statuses=STATUSES,
        can_change=call.site.gate.has_token,
    )


def post_correction(call: Call, form: Form) -> Response:
    """First with the token: show the effect. Then with the permit that this gave: record it."""
    check_form(call.site, call.request, form)
    article = known_article(call)
    wish = Wish(**{key: form.get(key, "").strip() for key in Wish.__struct_fields__})
    correction = checked(wish, article.article, watch_names(call.connection))
    about = ("correct", article.article, *msgspec.structs.astuple(wish))
    if "permit" in form:
        if not call.site.gate.has_token or not call.site.gate.permits(form["permit"], *about):
            return _ask(call, wish, "That preview is too old; look at the effect again.", HTTPStatus.FORBIDDEN)
        _record(call.site, correction)
        return RedirectResponse(f"/articles/{article.article}?watch={wish.watch}", HTTPStatus.SEE_OTHER)
    if not call.site.gate.knows(form.get("token")):
        return _ask(call, wish, "That is not the operator's token; nothing was changed.", HTTPStatus.FORBIDDEN)
    return _preview(call, article, wish, correction, call.site.gate.permit(*about))


def _preview(
    call: Call, article: archive.ArticleFull, wish: Wish, correction: SignalCorrected, permit: str
) -> Response:
    return with_form(
        call.site,
        call.request,
        "correct.html",
        article=article,
        wish=wish,
        wish_fields=list(msgspec.structs.asdict(wish).items()),
        trouble="",
        effect=effect(call.connection, correction),
        permit=permit,
        can_change=True,
    )


def checked(wish: Wish, article: str, watches: list[str]) -> SignalCorrected:
    """What was typed as the event that it asks for.

    Raises:
        BadQuestion: a field cannot be used.
    """
    if wish.watch not in watches:
        raise BadQuestion(f"watch: one of {', '.join(watches)}")
    if wish.signal not in STATUSES:
        raise BadQuestion(f"signal: one of {', '.join(STATUSES)}")
    if wish.date and not DATE.fullmatch(wish.date):
        raise BadQuestion("date: write 2018, 2018-07 or 2018-07-16")
    if len(wish.venue) > 100 or len(wish.note) > 1_000 or "\0" in wish.venue + wish.note:
        raise BadQuestion("venue: at most 100 characters; note: at most 1,000")
    return SignalCorrected(
        article=article,
        watch=wish.watch,
        signal=Signal(wish.signal),
        venue=wish.venue or None,
        date=wish.date or None,
        note=wish.note,
    )


def _record(site: Site, correction: SignalCorrected) -> None:
    parts = open_parts(site.config.database, site.clock)
    try:
        record_correction(parts, correction)
    finally:
        parts.close()


def show_alert(call: Call) -> Response:
    """One alert with everything that happened to it."""
    shown = _known_alert(call)
    events = history.events_after(call.connection, after=0, type_=None, stream=f"alert/{shown.alert}", limit=200)
    can_change = call.site.gate.has_token
    return with_form(call.site, call.request, "alert.html", alert=shown, events=events, can_change=can_change)


def _known_alert(call: Call) -> health.AlertLine:
    key = call.name("alert")
    try:
        return health.alert(call.connection, key)
    except KeyError:
        raise Missing(f"There is no alert {key!r}; the list of alerts shows those there are.") from None


def post_resend(call: Call, form: Form) -> Response:
    """Put an abandoned alert back into the outbox."""
    check_form(call.site, call.request, form)
    if not call.site.gate.knows(form.get("token")):
        raise PermissionError("That is not the operator's token; nothing was changed.")
    alert = _known_alert(call)
    parts = open_parts(call.site.config.database, call.site.clock)
    try:
        data = AlertResent(alert=alert.alert, channel=alert.channel)
        key = f"resent:{alert.alert}:{alert.ended_at}"
        parts.log.append([NewEvent(f"alert/{alert.alert}", data, key, actor="person")])
        parts.projector.catch_up()
    finally:
        parts.close()
    return RedirectResponse(f"/alerts/{alert.alert}", HTTPStatus.SEE_OTHER)


def show_login(site: Site, request: Request) -> Response:
    """The form for the token, where the address is not loopback."""
    return with_form(site, request, "login.html", wrong=False)


def post_login(site: Site, request: Request, form: Form) -> Response:
    """A cookie for the right token."""
    check_form(site, request, form)
    if not site.gate.knows(form.get("token")):
        return with_form(site, request, "login.html", HTTPStatus.FORBIDDEN, wrong=True)
    answer = RedirectResponse("/", HTTPStatus.SEE_OTHER)
    secure = request.url.scheme == "https"
    age = SESSION_DAYS * 86_400
    answer.set_cookie(SESSION_COOKIE, site.gate.session(), max_age=age, httponly=True, samesite="strict", secure=secure)
    return answer
