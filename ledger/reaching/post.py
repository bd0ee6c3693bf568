"""The outbox: what is to be sent, when its reader wants it, through which channel, tried again until it is gone.

A message is sent at least once: it is struck off after the channel took it, so that a crash between the two sends it
again rather than never.
"""

from __future__ import annotations

import hashlib
import json
import smtplib
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from http.client import HTTPException
from typing import Protocol

import sqlalchemy as sa

from corpus.errors import InputError, Problem
from ledger.layout import outbox, wishes
from ledger.reaching.changes import Digest
from ledger.tables import Ledger

RETRIES = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12))
"""How long after each failure a message is tried again; after the last it is given up and stays in the box as failed."""
BEIJING = timedelta(hours=8)
"""Times are kept in UTC; quiet hours are by the clock on the reader's wall, which is Beijing time all over the country."""
SITE = "site"
"""The channel of the reader's own page: no quiet hours and no limit, for nobody is disturbed by it."""
LONGEST = 2048
"""Bytes of a text that 企业微信 takes (it refuses a longer one with 40058); 钉钉 takes more."""
_TIMEOUT = 20
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Wish:
    """How a reader wants messages: nothing from `quiet_from` to `quiet_until` (Beijing time), at most `a_week`, never of `muted` measures."""

    quiet_from: time | None = time(20)
    quiet_until: time | None = time(8)
    a_week: int | None = 3
    muted: tuple[str, ...] = ()


class Channel(Protocol):
    """A way to send. Raises OSError (or one of its kinds) where the message was not taken."""

    def send(self, address: str, subject: str, text: str, at: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class Smtp:
    """Mail through a server; with `user`, signed in, and encrypted wherever `tls` (the default) asks for it."""

    host: str
    sender: str
    port: int = 587
    user: str = ""
    password: str = ""
    tls: bool = True

    def send(self, address: str, subject: str, text: str, at: datetime) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.sender, address, subject
        mail["Date"], mail["Message-ID"] = format_datetime(at), make_msgid(domain=self.sender.rpartition("@")[2])
        mail.set_content(text)
        with smtplib.SMTP(self.host, self.port, timeout=_TIMEOUT) as server:
            if self.tls:
                server.starttls()
            if self.user:
                server.login(self.user, self.password)
            server.send_message(mail)


@dataclass(frozen=True, slots=True)
class Webhook:
    """A robot of 企业微信 or 钉钉: the address is its URL, the message a text, in as many pieces as LONGEST makes of it.

    A piece is taken where the answer says `errcode` 0: both answer HTTP 200 to what they refuse, too.
    """

    def send(self, address: str, subject: str, text: str, at: datetime) -> None:  # noqa: ARG002
        if not address.startswith(("https://", "http://")):
            raise OSError(f'地址 "{address}" 不是 http 或 https')
        for piece in pieces(subject, text):
            body = {"msgtype": "text", "text": {"content": piece}}
            request = urllib.request.Request(  # noqa: S310
                address, json.dumps(body).encode(), {"Content-Type": "application/json"}
            )
            with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310
                said = answer.read()
            _taken(said)


def _taken(answer: bytes) -> None:
    """Raises OSError where a robot's answer does not say that it took the message."""
    try:
        said = json.loads(answer)
    except ValueError:
        said = None
    if not isinstance(said, dict) or said.get("errcode") != 0:
        raise OSError(f"机器人未接收：{answer.decode(errors='replace')[:200] or '没有答复'}")


def pieces(subject: str, text: str) -> list[str]:
    """A message in texts of at most LONGEST bytes, cut between lines, each under the subject; one line is cut if it must be."""
    most = LONGEST - len(f"{subject}（999/999）\n".encode())
    found: list[str] = []
    held = ""
    for line in text.split("\n"):
        for part in _cut(line, most):
            longer = f"{held}\n{part}" if held else part
            if len(longer.encode()) > most:
                found.append(held)
                longer = part
            held = longer
    found.append(held)
    count = len(found)
    if count == 1:
        return [f"{subject}\n{held}"]
    return [f"{subject}（{no}/{count}）\n{one}" for no, one in enumerate(found, 1)]


def _cut(line: str, most: int) -> Iterator[str]:
    """`line` in parts of at most `most` bytes, no character in two."""
    raw = line.encode()
    while len(raw) > most:
        part = raw[:most].decode(errors="ignore")
        yield part
        raw = raw[len(part.encode()) :]
    yield raw.decode()


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a round of delivery came to: messages sent, to be tried again, given up."""

    sent: int
    again: int
    failed: int


def put_wish(ledger: Ledger, reader: str, wish: Wish, *, by: str, at: datetime) -> None:
    """Keep how a reader wants messages, in place of what was kept before."""
    if wish.a_week is not None and wish.a_week < 0:
        raise InputError(Problem("每周条数", f"找到 {wish.a_week}", "不小于 0 的数"))
    values = {
        "quiet_from": wish.quiet_from, "quiet_until": wish.quiet_until, "a_week": wish.a_week,
        "muted": list(wish.muted),
    }  # fmt: skip
    with ledger.begin() as connection:
        ledger.changed(connection, wishes)
        connection.execute(wishes.delete().where(wishes.c.reader == reader))
        connection.execute(wishes.insert(), [{"reader": reader, **values}])
        ledger.note(connection, by, at, "wish", reader, None, {"a_week": wish.a_week, "muted": list(wish.muted)})


def wish_of(ledger: Ledger, reader: str) -> Wish:
    """How a reader wants messages; the default where nothing was said."""
    with ledger.begin() as connection:
        row = connection.execute(sa.select(wishes).where(wishes.c.reader == reader)).first()
    return Wish(row.quiet_from, row.quiet_until, row.a_week, tuple(row.muted)) if row else Wish()


def mute(ledger: Ledger, reader: str, measure: str, *, by: str, at: datetime) -> None:
    """Never tell `reader` of `measure` again (不再提示)."""
    wish = wish_of(ledger, reader)
    muted = tuple(dict.fromkeys([*wish.muted, measure]))
    put_wish(ledger, reader, Wish(wish.quiet_from, wish.quiet_until, wish.a_week, muted), by=by, at=at)


def muted(ledger: Ledger) -> frozenset[tuple[str, str]]:
    """Every (reader, measure) that is not to be told again."""
    with ledger.begin() as connection:
        rows = connection.execute(sa.select(wishes.c.reader, wishes.c.muted)).all()
    return frozenset((row.reader, measure) for row in rows for measure in row.muted)


def queue(ledger: Ledger, digests: Sequence[tuple[Digest, str, str]], at: datetime) -> int:
    """Put messages (digest, channel, address) into the outbox for the next time their readers want one; how many are new.

    The same message to the same reader again is left out. A reader who wants none a week gets none but on their page.
    """
    new = 0
    for digest, channel, address in digests:
        wish = wish_of(ledger, digest.reader)
        if wish.a_week == 0 and channel != SITE:
            continue
        whole = f"{digest.reader}\x1f{channel}\x1f{address}\x1f{digest.subject}\x1f{digest.text}"
        key = hashlib.sha1(whole.encode(), usedforsecurity=False).hexdigest()
        with ledger.begin() as connection:
            ledger.changed(connection, outbox)
            if connection.scalar(sa.select(outbox.c.no).where(outbox.c.digest == key)) is not None:
                continue
            mine = sa.select(outbox.c.not_before).where(
                outbox.c.reader == digest.reader, outbox.c.channel == channel, outbox.c.state != "failed"
            )
            others = [other + BEIJING for other in connection.scalars(mine)]
            due = at if channel == SITE else next_time(wish, at + BEIJING, others) - BEIJING
            row = {
                "reader": digest.reader, "channel": channel, "address": address, "subject": digest.subject,
                "text": digest.text, "not_before": due, "tries": 0,
                "said": "", "state": "waiting", "measures": list(digest.measures), "digest": key,
            }  # fmt: skip
            connection.execute(outbox.insert(), [row])
            new += 1
    return new


def next_time(wish: Wish, at: datetime, others: Sequence[datetime] = ()) -> datetime:
    """The first time from `at` on that `wish` allows a message, with those to the same reader at `others`.

    >>> next_time(Wish(), datetime(2024, 6, 28, 21, 30)).isoformat()
    '2024-06-29T08:00:00'
    """
    if wish.a_week is not None:
        recent = sorted(other for other in others if other > at - _WEEK)
        if len(recent) >= wish.a_week:
            at = max(at, recent[-wish.a_week] + _WEEK)
    start, end = wish.quiet_from, wish.quiet_until
    if start is None or end is None or start == end:
        return at
    now = at.time()
    if start < end and start <= now < end:
        return datetime.combine(at, end)
    if start > end and (now >= start or now < end):
        return datetime.combine(at.date() + timedelta(days=now >= start), end)
    return at


def deliver(ledger: Ledger, channels: Mapping[str, Channel], at: datetime) -> Delivery:
    """Send what is due at `at` through `channels` by name; what fails is tried again later, as RETRIES say."""
    due = (outbox.c.state == "waiting") & (outbox.c.not_before <= at) & outbox.c.channel.in_(list(channels))
    with ledger.begin() as connection:
        waiting = connection.execute(sa.select(outbox).where(due).order_by(outbox.c.not_before, outbox.c.no)).all()
    done = {"sent": 0, "waiting": 0, "failed": 0}
    for row in waiting:
        news: dict[str, object] = {"tries": row.tries + 1}
        try:
            channels[row.channel].send(row.address, row.subject, row.text, at)
            news |= {"state": "sent", "sent_at": at, "said": ""}
        except (OSError, HTTPException, ValueError) as error:
            more = row.tries < len(RETRIES)
            news |= {"state": "waiting" if more else "failed", "said": str(error)[:500]}
            if more:
                news["not_before"] = at + RETRIES[row.tries]
        with ledger.begin() as connection:
            connection.execute(outbox.update().where(outbox.c.no == row.no).values(**news))
        done[str(news["state"])] += 1
    return Delivery(done["sent"], done["waiting"], done["failed"])
