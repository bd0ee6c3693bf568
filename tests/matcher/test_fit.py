"""How near measures are in words: it orders what is to be checked, and never decides."""

import subprocess
import sys
from datetime import date

import pytest

from corpus.model import Benefit, Condition, Fixed, Hints, Measure, Policy
from matcher.facts import read_profile
from matcher.fit import trades_of
from matcher.likeness import Texts, runs
from matcher.match import match

AS_OF = date(2024, 6, 30)


def manual(identity, title, words, amount, *trades):
    rule = Condition("manual", "confirm", words, hints=Hints("subject", trades) if trades else None)
    return Measure(identity, title, rule, Benefit("one_off_grant", Fixed(float(amount))))


POLICY = Policy(
    "p",
    "政策",
    measures=(
        manual("air", "航空公司开辟航线奖励", "以本地为主运营基地的航空企业", 9e6, "56"),
        manual("export", "跨境电商出口奖励", "建设海外仓开展跨境电商", 1e5),
        manual("smelt", "铅锌冶炼技术改造", "开展铅锌冶炼设备更新", 2e5),
        manual("talk", "银企对接", "参加银企对接会", 3e5),
    ),
)


def order(**words):
    profile = read_profile({"id": "e", "facts": {"industry": words.pop("industry", "1411")}, **words})
    return [m.measure.id for m in match([POLICY], profile, AS_OF).matches]


def test_without_words_worth_alone_orders():
    assert order() == ["air", "talk", "smelt", "export"]


def test_what_is_near_comes_first_and_another_trade_last():
    bakery = order(business_scope="糕点、面包制造；食品销售", plans=["参加银企对接会"])
    assert bakery[0] == "talk"
    assert set(bakery[-2:]) == {"air", "smelt"}
    assert order(business_scope="跨境电商进出口业务，海外仓运营")[0] == "export"
    assert order(description="铅锌冶炼配套设备制造", industry="3240")[0] == "smelt"


def test_an_airline_finds_its_own_first():
    assert order(business_scope="航空客货运输，航线运营", industry="5611")[0] == "air"


def test_why_in_one_line():
    profile = read_profile({"id": "e", "description": "铅锌冶炼配套设备制造"})
    (best,) = [m for m in match([POLICY], profile, AS_OF).matches if m.measure.id == "smelt"]
    assert best.because.startswith("因为贵公司提到“")
    assert "冶" in best.because


def test_verdicts_are_the_same_with_and_without_words():
    facts = {"industry": "1411"}
    plain = match([POLICY], read_profile({"id": "e", "facts": facts}), AS_OF)
    worded = match([POLICY], read_profile({"id": "e", "facts": facts, "business_scope": "航空"}), AS_OF)
    assert plain.counts == worded.counts
    assert {m.measure.id: m.standing for m in plain.matches} == {m.measure.id: m.standing for m in worded.matches}


def test_the_likest_text_shares_the_rarest_words():
    measures = [
        "航空公司开辟航线奖励，航线奖励",
        "建设海外仓的跨境电商",
        "铅锌冶炼设备更新",
        "",
        "给予企业奖励，主要产品",
    ]
    like = Texts(measures).like("铅锌冶炼配套设备制造，与航空公司合作，设备租赁，主要产品")
    assert like[2] > like[0] > 0
    assert like[[1, 3, 4]].tolist() == [0, 0, 0]


def test_what_everyone_says_is_no_likeness():
    assert not Texts(["给予公司", "支持项目"]).like("给予公司支持").any()
    assert not Texts([]).like("铅锌冶炼").any()


WORDS = ["开展铅锌冶炼，更新设备", "铅锌回收，再生铅锌", "建设海外仓", "给予公司"]


@pytest.mark.parametrize("text", ["铅锌冶炼铅锌设备", "海外仓", "给予公司支持", "", "种桑养蚕"])
def test_likeness_is_the_cosine_of_scikit_learns_weights(text):
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=runs, sublinear_tf=True)
    wanted = (vectorizer.fit_transform(WORDS) @ vectorizer.transform([text]).T).toarray().ravel()
    assert Texts(WORDS).like(text) == pytest.approx(wanted)


def test_weights_that_were_kept_are_those_weighed():
    texts, again = Texts(WORDS), Texts(WORDS)
    assert texts.dumps() is None
    like = texts.like("铅锌冶炼")
    again.take(texts.dumps())
    assert again.weights is not None
    assert again.weights.columns == texts.weights.columns
    assert (again.like("铅锌冶炼") == like).all()


@pytest.mark.parametrize(
    "spoil", [lambda kept: b"", lambda kept: kept[:-40], lambda kept: b"PK" + kept[2:90], lambda kept: b"{}"]
)
def test_what_is_no_weights_or_of_other_words_is_left(spoil):
    texts = Texts(WORDS)
    texts.like("铅锌")
    spoilt, other = Texts(WORDS), Texts(WORDS[1:])
    spoilt.take(spoil(texts.dumps()))
    other.take(texts.dumps())
    assert spoilt.weights is None
    assert other.weights is None


def test_weights_of_which_a_byte_went_wrong_are_left_or_tell_nothing_else():
    texts = Texts(WORDS)
    like = texts.like("铅锌")
    kept = texts.dumps()
    for at in range(len(kept)):
        spoilt = Texts(WORDS)
        spoilt.take(kept[:at] + bytes([kept[at] ^ 0x41]) + kept[at + 1 :])
        assert (spoilt.like("铅锌") == like).all(), at


def test_importing_the_matcher_loads_nothing_heavy():
    code = (
        "import sys, matcher.match, matcher.batch, matcher.tables, matcher.timeline, matcher.review;"
        "print([m for m in ('sklearn', 'whoosh', 'jieba', 'flask', 'sqlalchemy', 'click', 'icalendar') if m in sys.modules])"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


def trade(policy_title, *measures):
    return Policy("q", policy_title, measures=measures)


def test_what_is_plainly_for_another_trade_comes_last_whatever_it_brings():
    policies = [
        trade("旅游业奖励政策", manual("5a", "创建国家5A级旅游景区支持资金", "创建成功", 5e6)),
        trade("农产品加工政策", manual("farm", "大力发展农产品加工业", "新建加工基地", 2e7)),
        trade("工业政策", manual("kit", "技术改造补助", "更新设备", 1e5)),
        trade("就业政策", manual("jobs", "稳岗补助", "不裁员少裁员", 1e4)),
    ]

    def order_of(scope):
        profile = read_profile({"id": "e", "facts": {}, "business_scope": scope})
        return [m.measure.id for m in match(policies, profile, AS_OF).matches]

    assert order_of("高温硅橡胶系列产品的研究、生产和销售") == ["kit", "jobs", "farm", "5a"]
    assert order_of("景区运营，旅游服务")[0] == "5a"
    assert order_of("水产品加工，农产品加工")[0] == "farm"


def test_a_trade_that_nobody_knows_is_offered_what_is_for_everyone_first():
    policies = [
        trade("集成电路政策", manual("chip", "集成电路企业所得税优惠", "集成电路设计企业", 5e6, "652")),
        trade("就业政策", manual("jobs", "稳岗补助", "不裁员少裁员", 1e4)),
    ]

    def order_of(**facts):
        profile = read_profile({"id": "e", "facts": facts, "business_scope": "湿版摄影，糖画"})
        return [m.measure.id for m in match(policies, profile, AS_OF).matches]

    assert order_of() == ["jobs", "chip"]
    assert order_of(industry="6520") == ["chip", "jobs"]


def test_two_characters_of_other_words_make_no_measure_of_another_trade_near():
    policies = [
        trade("集成电路政策", manual("chip", "集成电路设计企业所得税优惠", "集成电路设计企业", 5e6, "652")),
        trade("就业政策", manual("jobs", "稳岗补助", "不裁员少裁员", 1e4)),
    ]
    profile = read_profile({"id": "e", "facts": {}, "business_scope": "通信网络设计，系统集成"})
    assert [m.measure.id for m in match(policies, profile, AS_OF).matches] == ["jobs", "chip"]


def test_whom_an_enterprise_hires_or_signs_with_is_no_trade_of_its_own():
    policy = trade(
        "若干措施",
        manual("hire", "扩岗补助", "招用高校毕业生", 1e4),
        manual("sign", "借款免印花税", "与金融机构签订借款合同", 1e4),
        manual("soft", "软件企业减税", "软件企业", 1e4),
    )
    assert [trades_of(policy, measure) for measure in policy.measures] == [frozenset(), frozenset(), {"65"}]
    title = trade("集成电路和软件产业政策", *policy.measures)
    assert trades_of(title, policy.measures[2]) == {"65"}
    assert trades_of(title, policy.measures[0]) == {"39", "65"}


def test_what_its_title_names_is_what_a_measure_is_for():
    policies = [
        trade(
            "生产性服务业政策", manual("cdmo", "支持医药合同生产组织（CDMO）", "服务软件企业、数据中心等创新主体", 5e6)
        ),
        trade("文化创意产业政策", manual("loan", "贷款贴息", "从银行获得贷款", 4e6)),
        trade("就业政策", manual("jobs", "稳岗补助", "不裁员少裁员", 1e4)),
    ]

    def order_of(scope, description=""):
        profile = read_profile({"id": "e", "facts": {}, "business_scope": scope, "description": description})
        return [m.measure.id for m in match(policies, profile, AS_OF).matches]

    assert order_of("软件开发，数据中心运维")[0] == "jobs"
    assert order_of("生物制品、疫苗的研发生产")[0] == "cdmo"
    # Whom it served is no trade of its own.
    assert order_of("燃料电池发动机的制造", "产品保障了体育赛事和文艺演出")[0] == "jobs"
    assert order_of("文化创意设计，演出策划")[0] == "loan"
    # A scope of no trade that is known goes before what else is told of the enterprise; where there is none, that counts.
    assert order_of("销售商品及租赁业务", "商场设有影院，举办文艺演出")[0] == "jobs"
    assert order_of("", "从事文化创意设计和文艺演出")[0] == "loan"
