"""Lists of names in words, each spelled out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.extract.coordination import split_list


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("国家级、省级孵化器、加速器", ["国家级孵化器", "省级孵化器", "国家级加速器", "省级加速器"]),
        ("省、市级技术中心和国家认可实验室", ["省级技术中心", "市级技术中心", "国家认可实验室"]),
        ("国家四星级、三星级民宿", ["国家四星级民宿", "国家三星级民宿"]),
        ("5A、4A级景区", ["5A级景区", "4A级景区"]),
        ("省级众创空间（或星创天地）", ["省级众创空间", "省级星创天地"]),
        ("市级工程中心（包括重点实验室）", ["市级工程中心", "市级重点实验室"]),
        ("省级示范园（农业产业示范园）", ["省级示范园（农业产业示范园）"]),  # the same, said at length
        ("省级隐形冠军企业、高新技术企业", ["省级隐形冠军企业", "高新技术企业"]),  # of one sort in the whole country
        ("省级示范企业、中国驰名商标", ["省级示范企业", "中国驰名商标"]),  # says its own level
        ("宁海县级、宁波市级研究院", ["宁海县级研究院", "宁波市级研究院"]),
        ("国家级智能工厂和省级智能车间", ["国家级智能工厂", "省级智能车间"]),
        ("省级绿色工厂、绿色园区", ["省级绿色工厂", "省级绿色园区"]),  # a park is no place
        ("国家专利金奖、银奖企业", ["国家专利金奖", "国家专利银奖"]),
        ("CMMI3级、4级评估", ["CMMI3级评估", "CMMI4级评估"]),
        ("有机产品、绿色食品认证", ["有机产品认证", "绿色食品认证"]),
        ("智能制造示范工厂、车间", ["智能制造示范工厂", "智能制造示范车间"]),
        ("国家级、省级", ["国家级", "省级"]),
        ("质量标杆", ["质量标杆"]),
        ("国家", ["国家级"]),
    ],
)
def test_each_name_bears_what_belongs_to_all(text: str, names: list[str]) -> None:
    assert split_list(text) == names


@given(
    st.lists(
        st.sampled_from(["国家级", "省级", "市级", "技术中心", "重点实验室", "质量奖", "（或研究院）"]), min_size=1
    )
)
def test_no_name_is_lost(pieces: list[str]) -> None:
    whole = "".join(split_list("、".join(pieces)))
    for piece in pieces:
        assert piece.strip("（或）") in whole
