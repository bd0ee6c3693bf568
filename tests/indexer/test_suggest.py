"""Suggestions of a language model: taken only where every number and name stands in the clause, and only as drafts."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from click.testing import CliRunner

from cli import cli
from corpus.errors import InputError
from corpus.model import Clause, Policy
from corpus.store import Received, Store, sha256
from indexer.suggest import Model, gives, invented, suggest

TEXT = "对首次认定的高新技术企业，营业收入2000万元以上的，给予20万元一次性奖励，按投资额的10%补助，最高不超过100万元。"
POLICY = Policy("p", "政策", region="419001", clauses=(Clause("一", TEXT), Clause("二", "加强组织领导。")))
TITLE = {"field": "qualification", "op": "has", "value": "高新技术企业"}


def grant(rule=TITLE, amount=None, **rest):
    return {
        "title": "高企奖励",
        "rule": rule,
        "benefit": {"kind": "one_off_grant", "amount": amount or {"fixed": 200000}},
        **rest,
    }


@contextmanager
def model(said, status=200):
    """A model that always says `said`, at an address of its own; `asked` holds what it was asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            words = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
            body = json.dumps({"choices": [{"message": {"content": words}}]}).encode()
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield Model(f"http://127.0.0.1:{server.server_port}/v1", "测试模型"), asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def ask(said):
    with model(said) as (one, _):
        return suggest(one, POLICY, POLICY.clauses[0])


def test_what_stands_in_the_clause_is_a_draft_that_says_who_read_it():
    (measure,) = ask({"measures": [grant()]}).measures
    assert (measure.review, measure.clauses, measure.source.note) == ("draft", ("一",), "语言模型 测试模型")


def test_it_may_be_wrapped_in_words():
    assert (
        len(ask("好的：\n```json\n" + json.dumps({"measures": [grant()]}, ensure_ascii=False) + "\n```").measures) == 1
    )


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        (grant(amount={"fixed": 500000}), "500,000"),
        (grant({"field": "revenue", "op": "ge", "value": 3e7}), "30,000,000"),
        (grant({"field": "qualification", "op": "has", "value": "瞪羚企业"}), "瞪羚企业"),
        (grant({"field": "manual", "op": "confirm", "value": "在本地纳税满三年"}), "在本地纳税满三年"),
        (grant({"field": "region", "op": "within", "value": ["110108"]}), "110108"),
        (grant({"field": "industry", "op": "within", "value": ["C"]}), "C"),
        (grant(amount={"rate": 0.1, "of": "manual:设备款"}), "设备款"),
        (grant({"all": []}), "没有条件"),
        (grant({"field": "收入", "op": "ge", "value": 1}), "收入"),
        ("随便", "随便"),
    ],
)
def test_what_is_invented_is_not_heard(entry, word):
    said = ask({"measures": [entry]})
    assert said.measures == ()
    assert word in said.refused[0]


@pytest.mark.parametrize(
    "entry",
    [
        grant({"field": "revenue", "op": "ge", "value": 2e7}),
        grant({"field": "region", "op": "within", "value": ["419001"]}),
        grant(amount={"rate": 0.1, "of": "manual:投资额", "cap": 1000000}),
        grant({"all": [TITLE, {"field": "manual", "op": "confirm", "value": "首次认定"}]}),
    ],
)
def test_numbers_names_and_the_policy_s_own_region_are_known(entry):
    assert len(ask({"measures": [entry]}).measures) == 1


def test_an_answer_that_is_no_json_is_refused_with_its_words():
    assert "抱歉" in ask("抱歉，我不能回答。").refused[0]


def test_the_same_measure_of_the_grammar_would_pass():
    from indexer.extract import draft_measures

    for measure in draft_measures(POLICY):
        assert list(invented(measure, TEXT, "419001")) == []


@pytest.mark.parametrize("url", ["ftp://x/v1", "http://127.0.0.1:1/v1"])
def test_a_model_that_cannot_be_reached_says_so(url):
    with pytest.raises(InputError, match=r"http|没有给出回答"):
        suggest(Model(url, "m"), POLICY, POLICY.clauses[0])


def test_an_error_of_the_model_is_one_of_input():
    with model({}, status=500) as (one, _), pytest.raises(InputError, match="没有给出回答"):
        suggest(one, POLICY, POLICY.clauses[0])


def test_only_clauses_that_give_are_asked_about():
    assert gives(TEXT)
    assert not gives("加强组织领导。")


def test_the_command_keeps_drafts_and_confirms_nothing(tmp_path):
    store = Store(tmp_path)
    store.put(Received("a.txt", sha256(b"x"), "text/plain", policies=(POLICY,)), b"x")
    store.close()
    with model({"measures": [grant(), grant(amount={"fixed": 1000000})]}) as (one, asked):
        args = ["suggest", "--url", one.url, "--model", "测试模型", "--data", str(tmp_path), "--json"]
        done = CliRunner().invoke(cli, args)
    out = json.loads(done.stdout)
    assert (len(out["drafts"]), out["refused"], len(asked)) == (2, [], 1)
    store = Store(tmp_path)
    measures = store.policies()[0].measures
    assert {measure.review for measure in measures} == {"draft"}
    assert store.decisions()[0].by == "模型 测试模型"
    store.close()
