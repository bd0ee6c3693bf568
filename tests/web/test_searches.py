"""Kept searches: what is new since one last looked, whose they are, and an end to them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from ledger.access.searches import Searches
from tests.web.conftest import searching
from tests.web.signing import Signed, text


def over(signed, policies, folder):
    """The site over other policies, with the same ledger and an index in `folder`."""
    search = searching(policies, folder)
    return Signed(signed.ledger, replace(signed.services, policies=policies, search=search))


@pytest.fixture
def keeping(signed):
    """The site, the word that is looked for, and a policy in which it stands."""
    policy = next(policy for policy in signed.services.policies if policy.clauses)
    return signed, policy.clauses[0].text[:4], policy


def keep(browser, word, **filters):
    return browser.post("/searches", see=f"/search?q={word}", q=word, **filters)


def test_what_was_found_when_it_was_kept_is_not_new(keeping):
    site, word, policy = keeping
    mine = site.client("一号公司")
    assert f'value="{word}"' in text(mine.get(f"/search?q={word}"))
    assert keep(mine, word, level=policy.level or "", year="去年").location == "/searches"
    page = text(mine.get("/searches"))
    assert "之后没有新的" in page
    assert "看过了" not in page
    (search,) = Searches(site.ledger, "一号公司").all()
    assert search.query == word
    assert "year" not in search.filters


def test_what_came_and_what_changed_is_told_until_it_was_looked_at(keeping, tmp_path):
    site, word, policy = keeping
    keep(site.client("一号公司"), word)
    first, *rest = policy.clauses
    changed = replace(policy, clauses=(replace(first, text=first.text + "另行通知。"), *rest))
    new = replace(policy, id="P-new", title="新来的办法", measures=())
    others = [other for other in site.services.policies if other != policy]
    later = over(site, (*others, changed, new), tmp_path / "later").client("一号公司")
    page = text(later.get("/searches"))
    assert "之后有 2 份新增或改动" in page
    assert re.search(r">新增</span> <a href=\"/policies/P-new\">新来的办法", page)
    assert re.search(rf">有改动</span> <a href=\"/policies/{policy.id}\">", page)
    no = Searches(site.ledger, "一号公司").all()[0].no
    later.post(f"/searches/{no}/looked", see="/searches")
    assert "之后没有新的" in text(later.get("/searches"))


def test_a_measure_that_was_confirmed_is_no_change_of_the_words(keeping, tmp_path):
    site, word, policy = keeping
    keep(site.client("一号公司"), word)
    read = replace(policy, measures=tuple(replace(m, review="draft") for m in policy.measures))
    others = [other for other in site.services.policies if other != policy]
    assert "之后没有新的" in text(over(site, (*others, read), tmp_path / "read").client("一号公司").get("/searches"))


def test_each_sees_their_own_and_ends_it(keeping):
    site, word, _ = keeping
    mine, other = site.client("一号公司"), site.client("督查员")
    keep(mine, word)
    no = Searches(site.ledger, "一号公司").all()[0].no
    assert f"“{word}”" not in text(other.get("/searches"))
    assert other.post(f"/searches/{no}/remove", see="/searches").status_code == 404
    assert mine.post(f"/searches/{no}/remove", see="/searches").status_code == 303
    assert "还没有收藏" in text(mine.get("/searches"))


def test_a_stranger_is_offered_the_feed_alone(keeping):
    site, word, _ = keeping
    page = text(site.client().get(f"/search?q={word}"))
    assert "订阅这次检索" in page
    assert "收藏这次检索" not in page


def test_nothing_is_no_search(signed):
    assert signed.client("一号公司").post("/searches", see="/searches", q=" ").status_code == 400


def test_what_applies_where_the_enterprise_is_comes_first_and_the_page_says_so(signed):
    mine, search = signed.client("一号公司"), signed.services.search
    assert "贵单位在河南省济源市，适用于当地的排在前面" in text(mine.get("/search?q=补助"))
    assert search.asked["near"] == "419001"
    for asked in ("/search?q=郑州 补助", "/search?q=补助&region=410000"):
        assert "贵单位在" not in text(mine.get(asked))
        assert "near" not in search.asked
    signed.client("督查员").get("/search?q=补助")
    assert "near" not in search.asked
