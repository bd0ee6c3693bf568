"""The bundled tables against the reference tables that they were made from."""

from __future__ import annotations

import csv
import json

import pytest

from corpus.codes import industries, regions, sizes, titles

pytestmark = pytest.mark.shared

# Not titles here: a legal form, products and lists that are several titles at once.
NOT_TITLES = {"个体工商户", "知识产权优势/示范企业", "省级及以上研发平台", "智能工厂/智能车间"}


def rows(shared, name):
    with (shared / "reference" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_region_has_its_name_and_its_place(shared):
    for row in rows(shared, "regions.csv"):
        assert regions.name(row["code"]) == row["name"].removesuffix("（旧）")
        assert (row["parent"] or None) == next(iter(regions.ancestors(row["code"])), None)
        assert regions.current(row["code"]) == (row["successor"] or row["code"])


def test_every_industry_has_its_name_and_its_place(shared):
    for row in rows(shared, "industries.csv"):
        assert industries.name(row["code"]) == row["name"]
        assert (row["parent"] or None) == next(iter(industries.ancestors(row["code"])), None)
        assert industries.section(row["code"]) == row["section"]


def test_the_thresholds_and_worked_examples_of_the_size_classes(shared):
    data = json.loads((shared / "reference" / "size_classes.json").read_text("utf-8"))
    fields = {"从业人员": "employees", "营业收入": "revenue", "资产总额": "assets"}
    groups = {group.name: group for group in sizes.groups()}
    for entry in data["groups"]:
        scale = {"人": 1, "万元": 10000}
        assert dict(groups.pop(entry["group"]).thresholds) == {
            fields[one["metric"]]: tuple(
                one[least] * scale[one["unit"]] for least in ("small_min", "medium_min", "large_min")
            )
            for one in entry["indicators"]
        }
    assert not groups
    codes = {entry["group"]: entry["gb4754_codes"][0] for entry in data["groups"]}
    for example in data["worked_examples"]:
        known = {
            fields[word]: example[word] * (1 if word == "从业人员" else 10000) for word in fields if word in example
        }
        classes = sizes.classify(codes[example["group"]], **known).classes
        assert [sizes.CLASSES[size] for size in classes] == [example["result"]]


def test_every_title_is_known_and_only_what_always_follows_is_implied(shared):
    data = json.loads((shared / "reference" / "qualifications.json").read_text("utf-8"))
    by_id = {entry["id"]: entry["name"] for entry in data["qualifications"]}
    for entry in data["qualifications"]:
        if entry["name"] in NOT_TITLES:
            continue
        title = titles.find(entry["name"])
        assert title is not None, entry["name"]
        assert title.validity_years == entry["validity_years"], entry["name"]
        for target in entry["implies"]:
            assert titles.canonical(by_id[target["target"]]) in titles.implied(title.name), entry["name"]
