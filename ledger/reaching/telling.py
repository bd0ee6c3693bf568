"""The daily round: who is touched by what changed since the last one, told by every way that is known to reach them.

A reader is an enterprise by its id, or a cadre by name. Each message also stands on the reader's own page (channel
`site`), which needs no address; it counts as told when the enterprise opens it, a mail when it was sent. What was told is kept, so that the next round tells of later changes alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any as Json

import sqlalchemy as sa

from corpus.catalogue import dump_policy, parse_policies
from corpus.errors import InputError, Problem
from corpus.model import Policy
from ledger.care.needs import Need, pass_up
from ledger.imports.cells import word
from ledger.imports.register import Imported
from ledger.imports.rows import read_rows
from ledger.imports.uptake import IDENTITY, KEPT, read_step
from ledger.layout import cadres, contacts, enterprises, outbox, steps, told
from ledger.reaching.changes import Change, Digest, changes, digest_cadres, digest_enterprises
from ledger.reaching.post import SITE, Channel, Delivery, deliver, muted, queue
from ledger.tables import Ledger, batches

CHANNELS = {"mail": "邮箱", "robot": "机器人"}
LATELY = timedelta(days=7)
"""How far back a round looks for messages that were sent and not yet put down as told: a round that broke off."""
OFFICE = "系统推送"
"""The office of the step 已告知 that a message brings about: who was told by a message, and by nobody yet in person."""


@dataclass(frozen=True, slots=True)
class Round:
    """What a round came to. `first`: nothing had been told yet, so what is known now is where the next round starts from."""

    changes: tuple[Change, ...]
    queued: int
    unreached: tuple[str, ...]
    passed_up: tuple[Need, ...]
    delivery: Delivery
    first: bool

    def to_json(self) -> dict[str, Json]:
        """The answer of the command `outreach`."""
        return {
            "schema_version": 1,
            "first": self.first,
            "changes": [one.to_json() for one in self.changes],
            "queued": self.queued,
            "unreached": list(self.unreached),
            "passed_up": [need.no for need in self.passed_up],
            "sent": self.delivery.sent,
            "again": self.delivery.again,
            "failed": self.delivery.failed,
        }


class OnSite:
    """The reader's own page: a message is there as soon as it is due."""

    def send(self, address: str, subject: str, text: str, at: datetime) -> None:
        """Nothing to do: the page reads the outbox."""


def pending(ledger: Ledger, policies: Sequence[Policy], as_of: date) -> tuple[Change, ...]:
    """Who gains, loses or must look again by what changed since the last round; nobody before the first."""
    before = last_told(ledger)
    return () if before is None else tuple(changes(before, policies, ledger.registered(), as_of))


def go_round(
    ledger: Ledger, policies: Sequence[Policy], as_of: date, at: datetime, channels: Mapping[str, Channel]
) -> Round:
    """Tell everybody whom the changes touch, pass late needs up, and send what is due through `channels` (mail, robot).

    The same round twice tells nothing twice: messages are known by what they say. `unreached` are the readers who have
    no address in `channels` and so see it on their pages only.
    """
    first = last_told(ledger) is None
    found = pending(ledger, policies, as_of)
    mutes = muted(ledger)
    digests = [*digest_enterprises(found, mutes), *digest_cadres(found, mutes)]
    addresses = _addresses(ledger, channels)
    queued = queue(ledger, [sent for digest in digests for sent in _ways(digest, addresses)], at)
    _keep_told(ledger, policies)
    passed = pass_up(ledger, as_of, at=at)
    delivery = deliver(ledger, {SITE: OnSite(), **channels}, at)
    sent = (outbox.c.state == "sent") & (outbox.c.channel != SITE) & (outbox.c.sent_at > at - LATELY)
    _inform(ledger, sent)
    unreached = tuple(digest.reader for digest in digests if digest.reader not in addresses)
    return Round(found, queued, unreached, passed, delivery, first)


def _ways(digest: Digest, addresses: Mapping[str, Sequence[tuple[str, str]]]) -> Iterable[tuple[Digest, str, str]]:
    yield digest, SITE, digest.reader
    for channel, address in addresses.get(digest.reader, ()):
        yield digest, channel, address


def _addresses(ledger: Ledger, channels: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """Channel and address of each reader, for the channels that there are."""
    found: dict[str, list[tuple[str, str]]] = {}
    with ledger.begin() as connection:
        rows = [tuple(row) for row in connection.execute(sa.select(contacts).order_by(contacts.c.channel))]
        rows += [(row.name, "mail", row.email) for row in connection.execute(sa.select(cadres)) if row.email]
    for reader, channel, address in dict.fromkeys(rows):
        if channel in channels:
            found.setdefault(reader, []).append((channel, address))
    return found


# ---------------------------------------------------------------- what was told


def last_told(ledger: Ledger) -> tuple[Policy, ...] | None:
    """The policies as they were told of last; None before the first round."""
    with ledger.begin() as connection:
        bodies = list(connection.scalars(sa.select(told.c.data).order_by(told.c.place)))
    return parse_policies({"schema_version": 1, "policies": bodies}, "上次推送").policies if bodies else None


def _keep_told(ledger: Ledger, policies: Sequence[Policy]) -> None:
    rows = [{"policy": one.id, "place": i, "data": dump_policy(one)} for i, one in enumerate(policies)]
    with ledger.begin() as connection:
        ledger.changed(connection, told)
        connection.execute(told.delete())
        if rows:
            connection.execute(told.insert(), rows)


def _inform(ledger: Ledger, messages: sa.ColumnElement[bool], on: date | None = None) -> None:
    """The step 已告知 for each enterprise and measure of `messages` that has none yet; on the day of sending unless `on`."""
    columns = [enterprises.c.id, enterprises.c.no, outbox.c.measures, outbox.c.sent_at]
    found = sa.select(*columns).join(enterprises, outbox.c.reader == enterprises.c.id).where(messages)
    with ledger.begin() as connection:
        sent = connection.execute(found).all()
        numbers = {row.id: row.no for row in sent}
        known: set[tuple[int, str]] = set()
        for some in batches(numbers.values()):
            taken = sa.select(steps.c.enterprise, steps.c.measure).where(steps.c.enterprise.in_(some))
            known |= {(row.enterprise, row.measure) for row in connection.execute(taken)}
        said = {
            (row.id, measure): {
                "enterprise_id": row.id, "measure_id": measure, "step": "informed",
                "on": (on or row.sent_at.date()).isoformat(), "office": OFFICE,
            }
            for row in sent
            for measure in row.measures
            if (row.no, measure) not in known
        }  # fmt: skip
        rows = [read_step(record, numbers, {measure}) for (_, measure), record in said.items()]
        ledger.load(connection, steps, KEPT, rows, key=IDENTITY)


# ---------------------------------------------------------------- the reader's own side


@dataclass(frozen=True, slots=True)
class Message:
    """A message on the page of its reader."""

    no: int
    subject: str
    text: str
    measures: tuple[str, ...]
    sent_at: datetime


def messages_of(ledger: Ledger, reader: str, most: int = 50) -> tuple[Message, ...]:
    """What a reader was sent, the latest first."""
    mine = (outbox.c.reader == reader) & (outbox.c.channel == SITE) & (outbox.c.state == "sent")
    columns = [outbox.c[name] for name in Message.__slots__]
    with ledger.begin() as connection:
        rows = connection.execute(sa.select(*columns).where(mine).order_by(outbox.c.no.desc()).limit(most))
        return tuple(Message(no, subject, text, tuple(measures), at) for no, subject, text, measures, at in rows)


def read_by(ledger: Ledger, enterprise: str, on: date) -> None:
    """Say that an enterprise has opened its messages: it has been told of what they tell."""
    mine = (outbox.c.reader == enterprise) & (outbox.c.channel == SITE) & (outbox.c.state == "sent")
    _inform(ledger, mine, on)


@dataclass(frozen=True, slots=True)
class Posted:
    """A message in the outbox, as who runs the system sees it."""

    no: int
    reader: str
    channel: str
    subject: str
    state: str
    not_before: datetime
    sent_at: datetime | None
    tries: int
    said: str


def posted(ledger: Ledger, state: str | None = None, most: int = 200) -> tuple[Posted, ...]:
    """The outbox, the latest first; `state`: waiting, sent or failed only. Messages on the readers' pages are not in it."""
    where = [outbox.c.channel != SITE, *([outbox.c.state == state] if state else [])]
    columns = [outbox.c[name] for name in Posted.__slots__]
    with ledger.begin() as connection:
        return tuple(
            Posted(*row)
            for row in connection.execute(sa.select(*columns).where(*where).order_by(outbox.c.no.desc()).limit(most))
        )


# ---------------------------------------------------------------- addresses


def import_contacts(
    ledger: Ledger,
    path: Path,
    *,
    by: str,
    at: datetime,
    dry_run: bool = False,
    mapping: Mapping[str, str] = MappingProxyType({}),
) -> Imported:
    """Take addresses from a file (CSV, XLSX, Parquet, JSONL): a row a reader, in place of the older ones.

    A reader is the id of a registered enterprise or the name of a cadre. A row that cannot be read is refused by name and
    the rest goes on; the file is one transaction. Raises InputError where the file cannot be read at all.
    """
    done = Imported()
    with ledger.begin() as connection:
        known = set(ledger.numbers(connection)) | set(connection.scalars(sa.select(cadres.c.name)))
        held = {(row.reader, row.channel): row.address for row in connection.execute(sa.select(contacts))}
        rows: dict[tuple[str, str], str] = {}
        for reader, ways in read_rows(path, "contacts", lambda record: _read_contact(record, known), done, mapping):
            done.new += all((reader, channel) not in held for channel in ways)
            rows |= {(reader, channel): address for channel, address in ways.items()}
        news = {key: address for key, address in rows.items() if held.get(key) != address}
        if news and not dry_run:
            ledger.changed(connection, contacts)
            for reader, channel in news:
                connection.execute(contacts.delete().where(contacts.c.reader == reader, contacts.c.channel == channel))
            connection.execute(
                contacts.insert(),
                [
                    {"reader": reader, "channel": channel, "address": address}
                    for (reader, channel), address in news.items()
                ],
            )
            ledger.note(connection, by, at, "contacts", path.name, None, {"addresses": len(news)})
    return done


def _read_contact(record: Mapping[str, Json], known: set[str]) -> tuple[str, dict[str, str]]:
    said = {name: word(cell) for name, cell in record.items()}
    reader = said.pop("reader", "")
    if reader not in known:
        advice = "先用 register 登记企业，用 people 登记干部"
        raise InputError(Problem("收件人", f'找到 "{reader}"', "台账里的企业编号或助企干部姓名", advice))
    mail, robot = said.get("mail"), said.get("robot")
    if mail is not None and ("@" not in mail or " " in mail):
        raise InputError(Problem("邮箱", f'找到 "{mail}"', "一个邮箱地址，如 name@example.org"))
    if robot is not None and not robot.startswith("https://"):
        raise InputError(Problem("机器人", f'找到 "{robot}"', "以 https:// 开头的机器人地址"))
    if not said:
        raise InputError(Problem("地址", "邮箱和机器人都没有填", "至少填一样"))
    return reader, said
