"""Thresholds in words, several of one figure told as from the lowest on."""

import pytest

from indexer.extract.steps import from_lowest, step_of


@pytest.mark.parametrize(
    ("items", "whole"),
    [
        (["实际出资额3亿元至5亿元", "实际出资额5亿元至10亿元", "实际出资额10亿元以上"], "实际出资额3亿元以上"),
        (["年服务企业200家以上", "100家以上", "年服务企业50家以上"], "年服务企业50家以上"),
        (["投资总额1000万元以下", "投资总额1000万元至2亿元", "投资总额2亿元以上"], ""),
        (["参展面积100平方米至300平方米", "参展面积500平方米以上"], None),  # with a hole between
        (["票房5000万元以下", "票房5000万元至1亿元"], None),  # bounded above alone
        (["展位数100个至200个的展会", "展位数200个至300个的展会"], "展位数100个以上、300个以下的展会"),
        (["国内销售额1亿元以上", "海外营收3亿元以上"], None),
        (["优秀", "良好"], None),
    ],
)
def test_steps_of_one_figure_are_told_from_the_lowest_on(items: list[str], whole: str | None) -> None:
    assert from_lowest(items) == whole


def test_a_step_knows_its_bounds_in_units() -> None:
    step = step_of("年交易额5至10亿元")
    assert step is not None
    assert (step.low, step.high) == (5e8, 10e8)
