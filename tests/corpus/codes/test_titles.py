"""Titles: one name for each, and what always follows from holding one."""

from __future__ import annotations

from collections import Counter
from importlib.resources import files

import pytest
import yaml

from corpus.codes import titles

GIANT, SRDI, INNOVATIVE = "国家级专精特新小巨人企业", "省级专精特新中小企业", "创新型中小企业"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("专精特新“小巨人”企业", GIANT),
        ('国家级专精特新"小巨人"企业', GIANT),
        ("国家级专精特新‘小巨人’企业", GIANT),
        ("小巨人", GIANT),
        ("国家级“专精特新”企业", GIANT),
        ("“专精特新”中小企业", SRDI),
        ("省级专精特新", SRDI),
        ("省级以上专精特新企业", SRDI),
        ("科技和创新型中小企业", INNOVATIVE),
        ("高企", "高新技术企业"),
        ("国家高新技术企业", "高新技术企业"),
        ("科小", "科技型中小企业"),
        ("规上工业企业", "规模以上工业企业"),
        ("“四上”企业", "四上企业"),
        ("首台(套)重大技术装备", "首台（套）重大技术装备"),
        ("小规模纳税人", "增值税小规模纳税人"),
        ("省绿色工厂", "省级绿色工厂"),
        ("省级以上绿色工厂", "省级及以上绿色工厂"),
        ("省级（含）以上绿色工厂", "省级及以上绿色工厂"),
        ("省级以上新型研发机构", "省级及以上新型研发机构"),
        ("省级（含）以上孵化载体", "省级及以上孵化载体"),
        ("国家级孵化载体", "国家级孵化载体"),
        ("国家级及以上孵化载体", "国家级孵化载体"),
        (" 某市明星企业 ", "某市明星企业"),
        ("", ""),
    ],
)
def test_canonical(written, name):
    assert titles.canonical(written) == name


@pytest.mark.parametrize(
    ("name", "follows"),
    [
        (GIANT, {SRDI, INNOVATIVE}),
        ("小巨人", {SRDI, INNOVATIVE}),
        (SRDI, {INNOVATIVE}),
        (INNOVATIVE, set()),
        ("重点“小巨人”企业", {GIANT, SRDI, INNOVATIVE}),
        ("规模以上工业企业", {"规模以上企业", "四上企业"}),
        ("小微企业", {"中小企业"}),
        ("国家级绿色工厂", {"省级及以上绿色工厂", "市级及以上绿色工厂", "绿色工厂"}),
        ("省级绿色工厂", {"省级及以上绿色工厂", "市级及以上绿色工厂", "绿色工厂"}),
        ("市级绿色工厂", {"市级及以上绿色工厂", "绿色工厂"}),
        ("某市明星企业", set()),
        ("省级新型研发机构", {"省级及以上新型研发机构", "市级及以上新型研发机构", "新型研发机构"}),
        # of a name that the table lacks, the level
        ("国家级孵化载体", {"省级及以上孵化载体", "市级及以上孵化载体", "县级及以上孵化载体"}),
        ("省级孵化载体", {"省级及以上孵化载体", "市级及以上孵化载体", "县级及以上孵化载体"}),
        ("省级以上孵化载体", {"市级及以上孵化载体", "县级及以上孵化载体"}),
        ("孵化载体", set()),
    ],
)
def test_implied(name, follows):
    assert titles.implied(name) == follows


@pytest.mark.parametrize(
    ("name", "not_implied"),
    [
        ("高新技术企业", "科技型中小企业"),
        ("科技型中小企业", "高新技术企业"),
        ("瞪羚企业", "高新技术企业"),
        ("小微企业", "小型微利企业"),
        ("规模以上工业企业", "中小企业"),
        ("科技小巨人企业", GIANT),
        ("市级专精特新中小企业", SRDI),
        ("专精特新培育库企业", SRDI),
        ("高新技术企业培育库入库企业", "高新技术企业"),
        ("潜在独角兽企业", "独角兽企业"),
        ("中关村高新技术企业", "高新技术企业"),
        ("省级制造业单项冠军企业", "制造业单项冠军企业"),
        ("规上企业", "规模以上工业企业"),
        ("省级科技型中小企业", "科技型中小企业"),
        ("绿色工厂", "省级绿色工厂"),
    ],
)
def test_what_only_sounds_alike_does_not_follow(name, not_implied):
    assert titles.find(name) is not None
    assert titles.find(not_implied) is not None
    assert titles.canonical(name) != titles.canonical(not_implied)
    assert titles.canonical(not_implied) not in titles.implied(name)


def test_implying_is_implied_the_other_way_round():
    assert titles.implying(INNOVATIVE) == {SRDI, GIANT, "重点小巨人企业"}
    assert titles.implying("某市明星企业") == frozenset()
    assert titles.implying("省级孵化载体") == frozenset()
    unlisted = [f"{level}{up}孵化载体" for level in titles.LEVELS for up in ("", "及以上")]
    unlisted.remove("国家级及以上孵化载体")
    names = [title.name for title in titles.known()] + unlisted
    for name in names:
        assert {other for other in names if name in titles.implied(other)} == titles.implying(name) & set(names)
        assert name not in titles.implied(name)


def test_a_general_name_leaves_open_what_is_meant():
    assert titles.meant("绿色工厂") == titles.implying("绿色工厂")
    assert "规模以上工业企业" in titles.meant("规上企业")
    assert "国家级绿色工厂" in titles.meant("省级以上绿色工厂")
    for name in (INNOVATIVE, SRDI, "省级绿色工厂", "某市明星企业"):
        assert titles.meant(name) == frozenset()
    assert all(titles.implying(title.name) for title in titles.known() if title.general)


def test_facts_of_a_title():
    title = titles.find("高企")
    assert (title.name, title.level, title.validity_years) == ("高新技术企业", "国家级", 3)
    assert title.source
    assert titles.find("省级绿色工厂").family == "绿色工厂"
    assert titles.find("瞪羚企业").level is None
    assert titles.find("某市明星企业") is None
    assert titles.spellings()["高企"] == "高新技术企业"


# ---------------------------------------------------------------- the table


def test_a_word_stands_for_one_title_only():
    words = Counter(
        word for title in titles.known() for word in {titles._plain(word) for word in (title.name, *title.aliases)}
    )
    assert [word for word, count in words.items() if count > 1] == []


def test_implications_lead_to_known_titles_and_never_back():
    names = {title.name for title in titles.known()}
    for title in titles.known():
        assert set(title.implies) <= names, title.name
        assert title.name not in title.implies
        assert all(title.name not in titles.implied(other) for other in titles.implied(title.name)), title.name


def test_every_name_is_its_own_canonical_name():
    for title in titles.known():
        assert titles.canonical(title.name) == title.name
        assert all(titles.canonical(alias) == title.name for alias in title.aliases)


def test_the_file_has_known_keys_only():
    raw = yaml.safe_load(files("corpus.codes").joinpath("titles.yaml").read_text("utf-8"))
    known = {"aliases", "level", "levels", "years", "implies", "general", "status", "source", "confidence", "note"}
    for name, entry in raw.items():
        assert set(entry) <= known, name
        assert entry["confidence"] in ("verified", "well-known"), name
        assert entry.get("level") in (None, *titles.LEVELS, "园区级"), name
        assert set(entry.get("levels", ())) <= set(titles.LEVELS), name
