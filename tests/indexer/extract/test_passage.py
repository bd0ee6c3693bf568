"""Passages made even and cut."""

from hypothesis import given
from hypothesis import strategies as st

from indexer.extract.passage import Part, Passage, pieces


def cut(text: str) -> list[str]:
    return [sentence.text for sentence in Passage(text).sentences()]


def test_blanks_and_widths_are_evened_and_places_remembered() -> None:
    passage = Passage("给予 20 万元(含)奖励")
    assert passage.text == "给予20万元（含）奖励"
    start = passage.text.index("20万元")
    assert passage.raw[slice(*passage.original(start, start + 4))] == "20 万元"


def test_sentences_lose_their_numbers() -> None:
    assert cut("（一）支持创新。对企业给予奖励；对机构给予补助。") == ["支持创新", "对企业给予奖励", "对机构给予补助"]
    assert cut("第十条 本办法自印发之日起施行。") == ["本办法自印发之日起施行"]


def test_a_year_may_stand_after_a_number_and_first_second_third_are_numbers() -> None:
    assert cut("给予奖励。23.2023年起给予补助。") == ["给予奖励", "2023年起给予补助"]
    found = list(Passage("支持研发。一是对企业，给予奖励；二是对机构，给予补助。").sentences())
    assert [(one.text, one.numbered) for one in found][1:] == [("对企业，给予奖励", True), ("对机构，给予补助", True)]


def test_a_label_is_none_within_a_sentence() -> None:
    assert cut("制定明确的服务内容、服务规范。") == ["制定明确的服务内容、服务规范"]


def test_a_heading_names_and_does_not_say() -> None:
    heading, body = Passage("3.支持创新发展。对企业，给予奖励。").sentences()
    assert (heading.heading, body.heading) == (True, False)


def test_what_goes_on_after_a_semicolon_says_so() -> None:
    assert [sentence.goes_on for sentence in Passage("甲给予奖励；乙给予补助。").sentences()] == [False, True]


def test_the_labels_of_a_card_cut_and_its_office_hours_are_left_out() -> None:
    assert cut("给予补助条件要求企业应在本市注册。时间/频度每年一次联络方式某局") == [
        "给予补助",
        "条件要求企业应在本市注册",
    ]


def test_pieces_are_not_cut_in_brackets() -> None:
    text = "利率（低于LPR的，按实际），给予贴息"
    assert [part.text for part in pieces(Part(0, len(text), text))] == ["利率（低于LPR的，按实际）", "给予贴息"]


@given(st.text(alphabet="甲乙（）()，,。；;：:12.、\n 　％%", max_size=60))
def test_every_sentence_stands_where_it_says(text: str) -> None:
    passage = Passage(text)
    for sentence in passage.sentences():
        assert passage.text[sentence.start : sentence.end] == sentence.text
        start, end = passage.original(sentence.start, sentence.end)
        assert 0 <= start <= end <= len(text)


def test_what_something_is_called_from_here_on_is_no_part_of_the_sentence() -> None:
    passage = Passage("入驻 滨江产业园（以下简称“园区”）的企业（不含分公司，下同），给予奖励。")
    assert passage.text == "入驻滨江产业园的企业（不含分公司），给予奖励。"
    start = passage.text.index("的企业")
    assert passage.raw[slice(*passage.original(start, start + 3))] == "的企业"
