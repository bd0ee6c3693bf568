"""The search page: what was understood can be taken away, what was found narrowed and sorted, and followed as a feed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest

from indexer.search.judgements import Vote, Votes
from indexer.search.search import Index
from web.app import create_app
from web.services import Services

TODAY = date(2024, 6, 30)
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def real(policies, tmp_path_factory):
    """A client over the real index."""
    index = Index(tmp_path_factory.mktemp("index"))
    index.update(policies)
    return create_app(Services(policies, index.search, None, lambda: TODAY)).test_client()


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_a_place_that_was_understood_is_a_chip_that_can_be_taken_away_and_brought_back(real):
    shown = page(real, f"/search?q={quote('济源 研发费用')}")
    chip = re.search(r'<a class="chip" href="([^"]+)"[^>]*>地区：([^<]+?) <', shown)
    assert "济源" in chip[2]
    without = page(real, chip[1].replace("&amp;", "&"))
    assert 'class="chip"' not in without
    assert ">恢复</a>" in without


def test_facets_count_and_narrow(real):
    shown = page(real, f"/search?q={quote('补助')}")
    found = re.findall(r'<a href="([^"]+)"[^>]*>([^<]+?) (\d+)</a>', shown)
    assert found
    for address, words, count in found:
        narrowed = page(real, address.replace("&amp;", "&"))
        assert f"找到 {count} 份政策" in narrowed, words
        assert 'aria-current="true"' in narrowed


def test_sorts_keep_what_was_asked(real):
    shown = page(real, f"/search?q={quote('补助')}&level=city")
    newest = re.search(r'href="([^"]*sort=date[^"]*)"', shown)[1].replace("&amp;", "&")
    assert "level=city" in newest
    assert "<strong>最新发布</strong>" in page(real, newest)


def test_what_is_no_year_and_no_order_is_left_out_of_account(real):
    assert "找到" in page(real, f"/search?q={quote('补助')}&year=%E5%8E%BB%E5%B9%B4&sort=size")


def test_all_policies_can_be_narrowed_without_a_query(real):
    shown = page(real, "/search?level=city")
    found = re.findall(r'<a href="([^"]+)"[^>]*>([^<]+?) (\d+)</a>', shown)
    assert found
    for address, words, count in found:
        narrowed = page(real, address.replace("&amp;", "&"))
        assert f"共 {count} 份政策" in narrowed, words
        assert "level=city" in address


def test_a_feed_keeps_to_the_year_of_its_search(real, policies):
    years = {policy.issued_on.year for policy in policies if policy.issued_on}
    for year in (*years, 1990):
        feed = ET.fromstring(real.get(f"/search.atom?q={quote('补助')}&year={year}").data)
        titles = {entry.find(f"{ATOM}title").text for entry in feed.findall(f"{ATOM}entry")}
        assert titles <= {policy.title for policy in policies if policy.issued_on and policy.issued_on.year == year}


def test_a_search_can_be_followed(real, policies):
    first = real.get(f"/search.atom?q={quote('补助')}")
    assert first.content_type == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(first.data)
    entries = feed.findall(f"{ATOM}entry")
    titles = {policy.title for policy in policies}
    assert entries
    assert all(entry.find(f"{ATOM}title").text in titles for entry in entries)
    ids = [entry.find(f"{ATOM}id").text for entry in entries]
    assert len(set(ids)) == len(ids)
    assert real.get(f"/search.atom?q={quote('补助')}").data == first.data
    for part in (feed, *entries):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00\+08:00", part.find(f"{ATOM}updated").text)
        assert part.find(f"{ATOM}id").text.startswith("urn:huiqi:")


@pytest.mark.parametrize("query", ["", "<b>&\"'", "\x00\x01补助", "没有这样的词"])
def test_a_feed_is_well_formed_whatever_is_asked(real, query):
    assert ET.fromstring(real.get("/search.atom", query_string={"q": query}).data).tag == f"{ATOM}feed"


def test_an_enterprise_that_signed_in_sees_how_each_measure_stands_for_it_and_nobody_else_does(signed):
    address = f"/search?q={quote('高新技术企业')}"
    assert "贵单位：符合" in page(signed.client("一号公司"), address)
    assert "贵单位" not in page(signed.client(), address)


def test_a_vote_is_kept_and_thanked_for_and_what_is_none_is_refused(policies, services, tmp_path):
    votes = Votes(tmp_path / "votes.jsonl")
    client = create_app(replace(services, votes=votes)).test_client()
    assert page(client, f"/search?q={quote('研发费用')}").count('value="1" type="submit">有用</button>') > 0
    given = {"q": "研发费用", "policy": "P-1", "useful": "0"}
    response = client.post("/search/vote", data=given, follow_redirects=True)
    assert "记下了，谢谢" in response.get_data(as_text=True)
    assert votes.all() == (Vote("研发费用", "P-1", False, TODAY),)
    for wrong in ({"useful": "2"}, {"policy": "P-none"}, {"q": ""}):
        assert client.post("/search/vote", data=given | wrong).status_code == 400
    assert client.post("/search/vote", data=given, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 400
    assert len(votes.all()) == 1


@pytest.fixture(scope="module")
def twice(policies, tmp_path_factory):
    """A client over policies of which one is kept a second time, as its bare text."""
    whole = replace(policies[0], doc_no="济管〔2024〕9号")
    text = replace(whole, id="T-1", measures=())
    index = Index(tmp_path_factory.mktemp("twice"))
    index.update([whole, text])
    return create_app(Services([whole, text], index.search, None, lambda: TODAY)).test_client(), whole


@pytest.mark.parametrize("query", ["研发费用", ""])
def test_a_policy_and_its_text_are_one_card_and_both_stay_reachable(twice, query):
    client, whole = twice
    shown = page(client, f"/search?q={quote(query)}")
    assert shown.count('<article class="group">') == 1
    assert f'<h2><a href="/policies/{whole.id}">' in shown
    assert '<a href="/policies/T-1">原文</a>' in shown
    assert "2 份政策（其中 1 份是所列政策的原文，并在一起）" in shown
    assert ('href="/policies/T-1#' in shown) == bool(query)


def test_the_pages_of_a_policy_and_of_its_text_lead_to_one_another(twice):
    client, whole = twice
    assert "<dt>原文</dt>" in page(client, f"/policies/{whole.id}")
    text = page(client, "/policies/T-1")
    assert "本页是文件原文" in text
    assert f'href="/policies/{whole.id}"' in text


def test_a_card_says_how_to_see_what_holds_for_oneself_but_to_who_sees_it_already(signed):
    address = f"/search?q={quote('高新技术企业')}"
    assert '<p class="own"><a href="/profile">看我能享受什么</a>' in page(signed.client(), address)
    assert 'class="own"' not in page(signed.client("一号公司"), address)


def test_a_document_number_that_nobody_has_is_said_to_be_missing(real):
    shown = page(real, f"/search?q={quote('济管(2023)77号')}")
    assert "文号：济管〔2023〕77号，没有收录" in shown
    found = page(real, f"/search?q={quote('济管[2023]1')}")
    assert "济管〔2023〕1号" in found
    assert "没有收录" not in found


@pytest.mark.parametrize("also", ["&region=110000", "&level=national"])
def test_a_document_number_that_a_filter_keeps_out_is_not_said_to_be_missing(real, also):
    shown = page(real, f"/search?q={quote('济管(2023)1号')}{also}")
    assert "没有找到" in shown
    assert "没有收录" not in shown


def test_a_document_number_that_a_status_in_the_query_keeps_out_is_not_said_to_be_missing(real):
    shown = page(real, f"/search?q={quote('济管(2023)1号 尚未施行')}")
    assert "没有找到" in shown
    assert "没有收录" not in shown
