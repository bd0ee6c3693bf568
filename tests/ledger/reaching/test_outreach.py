"""Who a change of the policies touches, by name; digests; the outbox, through a real mail server and a real web hook."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from socketserver import StreamRequestHandler, TCPServer

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from corpus.catalogue import parse_policies
from ledger.imports.register import register
from ledger.layout import outbox
from ledger.reaching.changes import Digest, changes, digest_cadres, digest_enterprises
from ledger.reaching.post import (
    LONGEST,
    RETRIES,
    Delivery,
    Smtp,
    Webhook,
    Wish,
    deliver,
    mute,
    muted,
    next_time,
    pieces,
    put_wish,
    queue,
)
from ledger.tables import Ledger
from tests.ledger.world import AS_OF, write_jsonl

AT = datetime.fromisoformat("2024-07-01T09:00")
WHO = {"by": "张三", "at": AT}


def policies(**measures: dict) -> tuple:
    """One policy whose measures are by id; each is for 济源 and worth 50,000 yuan unless it says otherwise."""
    common = {
        "rule": {"field": "region", "op": "within", "value": ["419001"]},
        "benefit": {"kind": "one_off_grant", "amount": {"fixed": 50000}},
        "department": "科技局",
    }
    bodies = [{"id": id, "title": f"事项{id}", **common, **own} for id, own in measures.items()]
    reading = parse_policies({"schema_version": 1, "policies": [{"id": "p", "title": "政策", "measures": bodies}]}, "t")
    assert not reading.problems
    return reading.policies


@pytest.fixture
def found(ledger: Ledger, tmp_path: Path) -> Ledger:
    people = [
        {"id": "here", "name": "甲", "cadre": "张三", "facts": {"region": "419001"}},
        {"id": "there", "name": "乙", "cadre": "张三", "facts": {"region": "110108"}},
        {"id": "unsure", "name": "丙", "facts": {}},
    ]
    register(ledger, write_jsonl(tmp_path / "e.jsonl", people), AS_OF)
    return ledger


def test_who_gains_loses_and_must_look_again(found: Ledger) -> None:
    beijing = {"rule": {"field": "region", "op": "within", "value": ["110000"]}}
    draft = {"review": "draft"}
    before = policies(same={}, gone={}, moved={}, changed={}, confirmed=draft)
    after = policies(
        same={}, moved=beijing, new=draft, confirmed={},
        changed={"benefit": {"kind": "one_off_grant", "amount": {"fixed": 80000}}},
    )  # fmt: skip
    told = [
        (one.enterprise_id, one.measure_id, one.kind, one.low)
        for one in changes(before, after, found.registered(), AS_OF)
    ]
    assert told == [
        ("here", "gone", "loses", 50000),
        ("here", "moved", "loses", 50000),
        ("here", "changed", "refiles", 80000),
        ("here", "confirmed", "gains", 50000),
        ("there", "moved", "gains", 50000),
    ]
    assert list(changes(after, after, found.registered(), AS_OF)) == []


def test_digests_name_each_measure_once_and_leave_out_what_is_muted(found: Ledger) -> None:
    told = list(changes((), policies(a={}, b={"window": {"to": "2024-09-30"}}), found.registered(), AS_OF))
    (mine,) = digest_enterprises(told)
    assert (mine.reader, mine.subject) == ("here", "有 2 项惠企政策与贵企业有关")
    assert mine.text.splitlines() == [
        "【新符合】事项a：5 万元，咨询 科技局",
        "【新符合】事项b：5 万元，申报截止 2024-09-30，咨询 科技局",
    ]
    (his,) = digest_cadres(told)
    assert (his.reader, his.subject, his.text.splitlines()[0]) == ("张三", "您联系的 1 家企业有政策变动", "甲")
    mute(found, "here", "a", **WHO)
    assert muted(found) == {("here", "a")}
    assert [len(one.text.splitlines()) for one in digest_enterprises(told, muted(found))] == [1]


@pytest.mark.parametrize(
    ("wish", "at", "then"),
    [
        (Wish(), "2024-07-01T07:59", "2024-07-01T08:00"),
        (Wish(), "2024-07-01T20:00", "2024-07-02T08:00"),
        (Wish(), "2024-07-01T12:00", "2024-07-01T12:00"),
        (Wish(quiet_from=time(12), quiet_until=time(14)), "2024-07-01T12:30", "2024-07-01T14:00"),
        (Wish(quiet_from=None), "2024-07-01T03:00", "2024-07-01T03:00"),
    ],
)
def test_quiet_hours(wish: Wish, at: str, then: str) -> None:
    assert next_time(wish, datetime.fromisoformat(at)) == datetime.fromisoformat(then)


def test_no_more_a_week_than_wished_and_nothing_twice(ledger: Ledger) -> None:
    put_wish(ledger, "e", Wish(a_week=2), **WHO)
    put_wish(ledger, "none", Wish(a_week=0), **WHO)
    sent = [(Digest("e", f"第 {i} 条", "内容"), "mail", "a@b") for i in range(3)]
    assert queue(ledger, [*sent, sent[0], (Digest("none", "题", "文"), "mail", "c@d")], AT) == 3
    with ledger.begin() as connection:
        days = list(connection.scalars(sa.select(outbox.c.not_before).order_by(outbox.c.no)))
    assert days == [AT, AT, AT + timedelta(days=7)]


# ---------------------------------------------------------------- real channels


@contextmanager
def serving(server: TCPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def mail_server(taken: list[bytes]) -> TCPServer:
    """The least that RFC 5321 asks of a server; a recipient at nobody.example is refused."""

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 ready\r\n")
            while line := self.rfile.readline():
                word = line[:4].upper()
                if word == b"DATA":
                    self.wfile.write(b"354 go\r\n")
                    text = b""
                    while (part := self.rfile.readline()) != b".\r\n":
                        text += part
                    taken.append(text)
                refused = word == b"RCPT" and b"nobody.example" in line
                self.wfile.write(
                    b"550 no such user\r\n" if refused else b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n"
                )
                if word == b"QUIT":
                    return

    return TCPServer(("127.0.0.1", 0), Handler)


def robot(taken: list[dict]) -> HTTPServer:
    """A robot as 企业微信 has it; at /full it takes nothing, and at other places what answers is no robot."""
    odd = {"/page": b"<html></html>", "/list": b"[]", "/silent": b"", "/other": b'{"code": 0}'}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            said = json.dumps({"errcode": 45009 if self.path == "/full" else 0, "errmsg": "limit"}).encode()
            body = odd.get(self.path, said)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    return HTTPServer(("127.0.0.1", 0), Handler)


def states(ledger: Ledger) -> list[tuple]:
    with ledger.begin() as connection:
        rows = connection.execute(sa.select(outbox.c.state, outbox.c.tries, outbox.c.said).order_by(outbox.c.no))
        return [tuple(row) for row in rows]


def test_mail_goes_out_once_and_what_is_refused_is_tried_again(ledger: Ledger) -> None:
    taken: list[bytes] = []
    digest = Digest("e", "惠企政策", "【新符合】事项：5 万元")
    queue(ledger, [(digest, "mail", "boss@firm.example"), (digest, "mail", "x@nobody.example")], AT)
    with serving(mail_server(taken)) as port:
        channels = {"mail": Smtp("127.0.0.1", "huiqi@city.example", port, tls=False)}
        assert deliver(ledger, channels, AT) == Delivery(1, 1, 0)
        assert deliver(ledger, channels, AT) == Delivery(0, 0, 0)
        at = AT
        for wait in RETRIES:
            at += wait
            told = deliver(ledger, channels, at)
    assert told == Delivery(0, 0, 1)
    assert len(taken) == 1
    assert b"To: boss@firm.example" in taken[0]
    (sent, given_up) = states(ledger)
    assert (sent[:2], given_up[:2]) == (("sent", 1), ("failed", 5))
    assert "no such user" in given_up[2]


def test_a_server_that_is_down_loses_nothing(ledger: Ledger) -> None:
    queue(ledger, [(Digest("e", "题", "文"), "mail", "a@firm.example")], AT)
    with serving(mail_server([])) as port:
        pass
    assert deliver(ledger, {"mail": Smtp("127.0.0.1", "h@city.example", port, tls=False)}, AT) == Delivery(0, 1, 0)
    taken: list[bytes] = []
    with serving(mail_server(taken)) as port:
        later = {"mail": Smtp("127.0.0.1", "h@city.example", port, tls=False)}
        assert deliver(ledger, later, AT + RETRIES[0]) == Delivery(1, 0, 0)
    assert len(taken) == 1


def test_a_robot_takes_it_or_says_why_not(ledger: Ledger) -> None:
    taken: list[dict] = []
    with serving(robot(taken)) as port:
        url = f"http://127.0.0.1:{port}"
        digest = Digest("张三", "题", "文")
        queue(ledger, [(digest, "robot", url), (digest, "robot", f"{url}/full"), (digest, "robot", "file:///etc")], AT)
        assert deliver(ledger, {"robot": Webhook()}, AT) == Delivery(1, 2, 0)
    assert taken[0] == {"msgtype": "text", "text": {"content": "题\n文"}}
    assert ["45009" in said or "不是 http" in said for _, _, said in states(ledger)] == [False, True, True]


@pytest.mark.parametrize("place", ["page", "list", "silent", "other"])
def test_what_does_not_say_that_it_took_it_did_not(ledger: Ledger, place: str) -> None:
    with serving(robot([])) as port:
        queue(ledger, [(Digest("张三", "题", "文"), "robot", f"http://127.0.0.1:{port}/{place}")], AT)
        assert deliver(ledger, {"robot": Webhook()}, AT) == Delivery(0, 1, 0)
    assert "机器人未接收" in states(ledger)[0][2]


def test_a_long_message_goes_in_pieces_that_a_robot_takes(ledger: Ledger) -> None:
    taken: list[dict] = []
    text = "\n".join(f"第{i}行" + "补贴" * 40 for i in range(30))
    with serving(robot(taken)) as port:
        queue(ledger, [(Digest("张三", "题", text), "robot", f"http://127.0.0.1:{port}")], AT)
        assert deliver(ledger, {"robot": Webhook()}, AT) == Delivery(1, 0, 0)
    contents = [one["text"]["content"] for one in taken]
    assert [one.split("\n")[0] for one in contents] == [f"题（{i}/{len(taken)}）" for i in range(1, len(taken) + 1)]
    assert "\n".join(one.partition("\n")[2] for one in contents) == text


@given(st.text("补x\n🏭", max_size=3000), st.text("题", min_size=1, max_size=50))
def test_pieces_are_short_enough_and_lose_nothing(text: str, subject: str) -> None:
    found = pieces(subject, text)
    assert all(len(one.encode()) <= LONGEST for one in found)
    whole = "".join(one.partition("\n")[2] for one in found)
    assert whole.replace("\n", "") == text.replace("\n", "")
