"""Whether a policy counts, as the pages show it: badges, versions side by side, where it was met."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest

from corpus.model import Clause, Policy
from corpus.store import Received, Store, sha256
from indexer.follow import open_index, settle
from indexer.status import Standing
from web.app import create_app
from web.services import Services
from web.standing import badges

TODAY = date(2024, 6, 30)
OLD = Policy(
    "old", "某市企业扶持办法", doc_no="某政〔2019〕2号", issued_on=date(2019, 1, 1), expires_on=date(2027, 12, 31),
    clauses=(Clause("第一条", "第一条 对规模以上工业企业给予20万元奖励。", 1), Clause("第二条", "第二条 由市工信局负责。", 1)),
)  # fmt: skip
NEW = Policy(
    "new", "某市企业扶持办法（2024年修订）", doc_no="某政〔2024〕5号", effective_from=date(2024, 2, 1), expires_on=date(2026, 12, 31),
    replaces=("某政〔2019〕2号", "某政〔2015〕9号"), pages=(3, 4),
    clauses=(Clause("第一条", "第一条 对规模以上工业企业给予50万元奖励。", 3), Clause("第二条", "第二条 由市工信局负责。", 3)),
)  # fmt: skip
RULES = Policy("rules", "某市企业扶持办法实施细则", basis=("某政〔2019〕2号",), issued_on=date(2020, 1, 1))
PLAIN = Policy("plain", "某市人才引进若干措施", issued_on=date(2023, 1, 1))


@pytest.fixture
def site(tmp_path):
    store = Store(tmp_path / "data")
    store.put(Received("旧本.txt", sha256(b"1"), "text/plain", policies=(OLD, RULES, PLAIN)))
    store.put(Received("/secret/新本.pdf", sha256(b"2"), "application/pdf", policies=(NEW,)))
    store.put(Received("汇编.txt", sha256(b"3"), "text/plain", policies=(NEW,)), repeats=["new"])
    settle(store)
    services = Services.over(store, open_index(tmp_path / "index", store), today=lambda: TODAY)
    app = create_app(services)
    app.config["TESTING"] = True
    yield app.test_client()
    store.close()


def text_of(site, address):
    response = site.get(address)
    assert response.status_code == 200, address
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))))


def test_what_another_ended_says_so_with_a_way_there(site):
    page = text_of(site, "/policies/old")
    assert "已废止" in page
    assert "现行有效" not in page.split("条款")[0].split("前后版本")[0]
    assert "已由 《某市企业扶持办法（2024年修订）》 （某政〔2024〕5号）替代或废止" in page
    assert 'href="/policies/new"' in site.get("/policies/old").get_data(as_text=True)


def test_a_basis_that_is_over_leaves_no_bare_in_force(site):
    page = text_of(site, "/policies/rules")
    assert "效力待核实" in page
    assert "依据已失效：《某市企业扶持办法》" in page
    assert "现行有效" not in page
    assert "效力待核实" in text_of(site, "/search?q=实施细则")


def test_no_term_is_said(site):
    assert "现行有效 未载明有效期" in text_of(site, "/policies/plain")


def test_the_new_one_names_what_it_ended_and_where_it_stands(site):
    page = text_of(site, "/policies/new")
    assert "现行有效" in page
    assert "还废止了 某政〔2015〕9号" in page
    assert "收录在 2 处 新本.pdf，第 3—4 页 （条款取自这里） 汇编.txt，第 3—4 页" in page
    assert "/secret" not in page


def test_versions_are_compared_clause_by_clause(site):
    page = site.get("/policies/compare?before=old&after=new").get_data(as_text=True)
    assert "<del>2</del>" in page
    assert "<ins>5</ins>" in page
    assert "第二条 由市工信局负责" not in page
    assert "第二条 由市工信局负责" in text_of(site, "/policies/compare?before=old&after=new&all=1")
    assert site.get("/policies/compare?before=old&after=none").status_code == 404


def test_search_tells_the_state_of_the_day(site):
    hits = site.get("/api/v1/search?q=企业扶持办法").get_json()["hits"]
    assert {hit["policy_id"]: hit["status"] for hit in hits} == {
        "old": "withdrawn", "new": "in_force", "rules": "in_force",
    }  # fmt: skip
    earlier = site.get("/api/v1/search?q=企业扶持办法&as_of=2024-01-31").get_json()["hits"]
    assert {hit["policy_id"]: hit["status"] for hit in earlier}["old"] == "in_force"


def test_the_interface_tells_it_too(site):
    assert site.get("/api/v1/policies/old").get_json()["replaced_by"] == ["new"]
    assert site.get("/api/v1/policies/rules").get_json()["weak_basis"] == ["old"]


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (Standing("p", "in_force"), ["现行有效"]),
        (Standing("p", "in_force", undated=True), ["现行有效", "未载明有效期"]),
        (Standing("p", "in_force", doubts=("试行",), undated=True), ["效力待核实"]),
        (Standing("p", "in_force", doubts=("依据",), weak_basis=("x",)), ["效力待核实", "依据已失效"]),
        (Standing("p", "withdrawn"), ["已废止"]),
        (Standing("p", "expired"), ["已过期"]),
    ],
)
def test_badges(standing, words):
    assert [word for _, word in badges(standing)] == words
