"""Places meant and not named: which code 本区, 省内, 在青 are depends on where the paper comes from."""

import pytest

from indexer.extract.atoms import Place
from indexer.extract.whereabouts import whereabouts

CASES = [
    ("本区企业", "440106", ["440106"]),
    ("本区企业", "440100", [None]),
    ("区内企业", "450000", ["450000"]),
    ("省内企业", "450100", ["450000"]),
    ("本市企业", "110108", ["110000"]),
    ("本市企业", "440000", [None]),
    ("辖区内企业", "410000", [None]),
    ("辖区内企业", "410105", ["410105"]),
    ("在青企业", "370200", ["370200"]),
    ("在青企业", "630000", ["630000"]),
    ("在苏企业", "320581", ["320500"]),
    ("在苏企业", "320000", ["320000"]),
    ("驻济企业", "370102", ["370100"]),
    ("驻济企业", "440000", []),
    ("在京企业", None, ["110000"]),
    ("在深注册的企业", None, ["440300"]),
    ("省内企业", None, [None]),
    ("在新建厂房", "650000", []),
    ("国内企业", "410100", []),
    ("园区内企业", "440106", []),
]


@pytest.mark.parametrize(("text", "region", "codes"), CASES)
def test_whereabouts(text: str, region: str | None, codes: list[str | None]) -> None:
    assert [where.code for where in whereabouts(text, Place(region))] == codes
