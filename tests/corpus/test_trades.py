"""Words to trades: what a text speaks of, and what anybody may say."""

import re
from importlib.resources import files

import pytest
import yaml

from corpus.codes import industries
from corpus.codes.trades import trades_in

TABLE = yaml.safe_load(files("corpus.codes").joinpath("trades.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("code", TABLE)
def test_every_code_is_one_and_its_words_mean_something(code):
    assert industries.known(str(code))
    assert re.compile(TABLE[code]).search("") is None


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("创建国家5A级旅游景区", {"78"}),
        ("食品企业上市申报受理补助", {"14"}),
        ("大力发展农产品加工业", {"13"}),
        ("集成电路设计企业首轮流片", {"39"}),
        ("商业银行发放普惠小微贷款", {"J"}),
        ("公司主要从事白酒酿造", {"15"}),
        ("公共服务平台建设", {"75"}),
        ("支持氢能产业创新发展", {"26", "38", "45"}),
        ("文化产业“房租通”支持", {"R"}),
        ("入驻文化产业园区", set()),
        ("舞台艺术创作资助", {"88"}),
        ("购置设备，申请贷款贴息，招用毕业生", set()),
        ("建设海外仓，开展跨境电商", set()),
        ("食品药品监管", set()),
    ],
)
def test_what_a_text_speaks_of(text, codes):
    assert trades_in(text) == codes
