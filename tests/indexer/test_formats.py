"""Every format read: its text, its tables, its pages, and what could not be read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from corpus.model import Document, Line, Table
from indexer.formats import Refused, read_file
from indexer.formats.files import read_here
from indexer.formats.isolate import Job, do_each
from indexer.formats.text import fold, tidy
from tests.indexer import documents
from tests.indexer.documents import build_lines, grid

NOTICE = [
    "某市人民政府关于印发某市促进制造业发展办法的通知",
    "某政〔2023〕5号",
    "各区人民政府：",
    "现将办法印发给你们。",
]


def read(folder: Path, name: str, raw: bytes) -> list[Document | Refused]:
    path = folder / name
    path.write_bytes(raw)
    return list(read_here(path, False, tick=lambda: None))


def read_one(folder: Path, name: str, raw: bytes) -> Document:
    (found,) = read(folder, name, raw)
    assert isinstance(found, Document), found
    return found


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Line)]


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


BUILT = {
    "a.pdf": lambda: documents.build_pdf([build_lines(NOTICE)]),
    "a.docx": lambda: documents.build_docx(NOTICE),
    "a.doc": lambda: documents.build_doc("\r".join(NOTICE)),
    "a.wps": lambda: documents.build_doc("\r".join(NOTICE)),
    "a.ofd": lambda: documents.build_ofd([(20, 30 + 10 * n, text) for n, text in enumerate(NOTICE)]),
    "a.html": f"<html><body>{''.join(f'<p>{t}</p>' for t in NOTICE)}</body></html>".encode,
    "a.txt": lambda: "\n".join(NOTICE).encode(),
    "a.md": lambda: "\n\n".join(NOTICE).encode(),
}


@pytest.mark.parametrize("name", BUILT)
def test_each_format_gives_the_same_lines(tmp_path, name):
    document = read_one(tmp_path, name, BUILT[name]())
    assert [tidy(text) for text in texts(document)] == NOTICE
    assert len(document.sha256) == 64


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_text_in_every_encoding(tmp_path, encoding):
    assert texts(read_one(tmp_path, "a.txt", "\n".join(NOTICE).encode(encoding))) == NOTICE


def test_what_a_file_is_goes_by_its_bytes(tmp_path):
    assert read_one(tmp_path, "a.doc", BUILT["a.html"]()).media_type == "text/html"
    assert read_one(tmp_path, "a.txt", BUILT["a.pdf"]()).media_type == "application/pdf"
    assert read_one(tmp_path, "noname", BUILT["a.docx"]()).media_type.endswith("wordprocessingml.document")


def test_pages_of_a_converted_book(tmp_path):
    raw = "# 第 103 页\n一、甲\n# 第 104 页\n二、乙\n# 第 106 页\n三、丙\n".encode()
    document = read_one(tmp_path, "book.txt", raw)
    assert [(line.text, line.page) for line in document.blocks] == [("一、甲", 103), ("二、乙", 104), ("三、丙", 106)]
    assert "105" in document.notices[0].text


def test_markdown_heads_and_facts(tmp_path):
    raw = "# 关于某事的通知\n\n**发布日期**: 2025-05-27\n**发布机构**: 某市科委\n\n---\n\n**一、甲**\n\n见[附件](http://a.b/c)。\n".encode()
    document = read_one(tmp_path, "a.md", raw)
    assert document.meta == (("发布日期", "2025-05-27"), ("发布机构", "某市科委"))
    assert texts(document) == ["关于某事的通知", "一、甲", "见附件。"]
    assert document.blocks[0].level == 1


# ---------------------------------------------------------------- PDF


def test_headers_and_page_numbers_are_taken_out(tmp_path):
    pages = [
        [
            (90, 30, "某市惠企政策汇编（2023年版）"),
            *build_lines([f"第{n}页的正文在这里，各不相同{n * n}。"], top=100),
            (290, 800, f"- {n} -"),
        ]
        for n in range(1, 6)
    ]
    document = read_one(tmp_path, "a.pdf", documents.build_pdf(pages))
    assert [line.page for line in document.blocks] == [1, 2, 3, 4, 5]
    assert not any("汇编" in text or text.startswith("-") for text in texts(document))


def test_numbered_parts_at_a_page_end_stay(tmp_path):
    pages = [[*build_lines(["正文。"], top=100), (90, 800, f"（{n}）第某项要求")] for n in "一二三四"]
    found = texts(read_one(tmp_path, "a.pdf", documents.build_pdf(pages)))
    assert sum("第某项要求" in text for text in found) == 4


def test_a_table_by_its_ruling_lines(tmp_path):
    xs, ys = (80, 200, 400), (100, 130, 160)
    page = [(90, 110, "事项"), (210, 110, "支持标准"), (90, 140, "稳岗返还"), (210, 140, "按 60% 返还")]
    (table,) = tables(read_one(tmp_path, "a.pdf", documents.build_pdf([page], rules=[grid(xs, ys)])))
    assert [[tidy(cell) for cell in row] for row in table.rows] == [["事项", "支持标准"], ["稳岗返还", "按60%返还"]]


def test_a_merged_cell_is_in_every_place_it_covers(tmp_path):
    rules = [*grid((80, 200), (100, 160)), *grid((200, 400), (100, 130, 160))]
    page = [(90, 120, "市财政局"), (210, 110, "奖励五十万元"), (210, 140, "补助十万元")]
    (table,) = tables(read_one(tmp_path, "a.pdf", documents.build_pdf([page], rules=[rules])))
    assert [row[0] for row in table.rows] == ["市财政局", "市财政局"]


def test_a_table_over_two_pages_is_one(tmp_path):
    head = [(90, 110, "序号"), (210, 110, "事项")]
    first = [*head, (90, 140, "1"), (210, 140, "上半句话，")]
    second = [*head, (210, 140, "下半句话。"), (90, 170, "2"), (210, 170, "另一项")]
    rules = [grid((80, 200, 400), (100, 130, 160)), grid((80, 200, 400), (100, 130, 160, 190))]
    (table,) = tables(read_one(tmp_path, "a.pdf", documents.build_pdf([first, second], rules=rules)))
    assert (table.page, table.last_page) == (1, 2)
    assert [[fold(cell) for cell in row] for row in table.rows] == [
        ["序号", "事项"],
        ["1", "上半句话下半句话"],
        ["2", "另一项"],
    ]


def test_a_frame_round_a_text_is_no_table(tmp_path):
    page = build_lines(["某局文件", "正文第一行", "正文第二行"])
    document = read_one(tmp_path, "a.pdf", documents.build_pdf([page], rules=[grid((60, 540), (60, 780))]))
    assert texts(document) == ["某局文件", "正文第一行", "正文第二行"]


def test_two_columns_are_read_one_after_the_other(tmp_path):
    left = [(60, 120 + 20 * n, f"左栏第{n}行文字文字文字文字文字文字") for n in range(10)]
    right = [(320, 120 + 20 * n, f"右栏第{n}行文字文字文字文字文字文字") for n in range(10)]
    page = [(90, 80, "横跨两栏的题目横跨两栏的题目横跨两栏的题目横跨两栏"), *left, *right]
    found = texts(read_one(tmp_path, "a.pdf", documents.build_pdf([page])))
    assert [text[:4] for text in found] == [
        "横跨两栏",
        *(f"左栏第{n}" for n in range(10)),
        *(f"右栏第{n}" for n in range(10)),
    ]


def test_labels_and_values_side_by_side_are_no_columns(tmp_path):
    page = [item for n in range(12) for item in ((60, 100 + 20 * n, f"标签{n}"), (320, 100 + 20 * n, f"值{n}"))]
    assert texts(read_one(tmp_path, "a.pdf", documents.build_pdf([page])))[0] == "标签0 值0"


def test_a_scan_without_ocr_is_refused_and_says_so(tmp_path):
    (found,) = read(tmp_path, "scan.pdf", documents.build_scan(5))
    assert isinstance(found, Refused)
    assert "第 1 页是扫描图像" in found.reason
    assert "其余 2 页" in found.reason


def test_a_scanned_page_among_others_is_reported(tmp_path):
    import pypdfium2

    whole = pypdfium2.PdfDocument.new()
    for raw in (documents.build_pdf([build_lines(NOTICE)]), documents.build_scan()):
        whole.import_pages(pypdfium2.PdfDocument(raw))
    out = io.BytesIO()
    whole.save(out)
    document = read_one(tmp_path, "mixed.pdf", out.getvalue())
    assert len(document.blocks) == len(NOTICE)
    assert [(notice.kind, notice.page) for notice in document.notices] == [("unread", 2)]


# ---------------------------------------------------------------- Word, sheets, HTML


def test_docx_tables_and_merged_cells(tmp_path):
    raw = documents.build_docx(["说明"], [["部门", "事项"], ["市财政局", "甲"], ["", "乙"]], merge=(1, 0, 2, 0))
    (table,) = tables(read_one(tmp_path, "a.docx", raw))
    assert table.rows == (("部门", "事项"), ("市财政局", "甲"), ("市财政局", "乙"))


def test_docx_content_controls_text_boxes_and_notes(tmp_path):
    from tests.indexer.hostile import build_docx

    box = "<w:txbxContent><w:p><w:r><w:t>框内</w:t></w:r></w:p></w:txbxContent>"
    space = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    body = (
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>控件里的一段</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        f"<w:p><w:r><mc:AlternateContent {space}><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
        "<w:p><w:del><w:r><w:delText>删去</w:delText></w:r></w:del><w:ins><w:r><w:t>插入</w:t></w:r></w:ins></w:p>"
    )
    assert texts(read_one(tmp_path, "a.docx", build_docx(body))) == ["控件里的一段", "框内", "插入"]


def test_docx_keeps_words_automatic_numbers(tmp_path):
    import docx

    document = docx.Document()
    for text in ("甲", "乙"):
        document.add_paragraph(text, style="List Number")
    out = io.BytesIO()
    document.save(out)
    assert texts(read_one(tmp_path, "a.docx", out.getvalue())) == ["1.甲", "2.乙"]


def test_doc_fields_show_their_result_only(tmp_path):
    raw = documents.build_doc('电话\x13 HYPERLINK "tel:1" \x1412345\x15转1\r第二段')
    assert texts(read_one(tmp_path, "a.doc", raw)) == ["电话12345转1", "第二段"]


def test_doc_tables(tmp_path):
    raw = documents.build_doc("表前一段\r事项\x07标准\x07\x07稳岗\x07六成\x07\x07表后一段")
    document = read_one(tmp_path, "a.doc", raw)
    assert texts(document) == ["表前一段", "表后一段"]
    assert tables(document)[0].rows == (("事项", "标准"), ("稳岗", "六成"))


def test_encrypted_doc_is_refused(tmp_path):
    (found,) = read(tmp_path, "a.doc", documents.build_doc("secret", flags=0x0100))
    assert "加密" in found.reason


def test_sheets_with_title_and_merged_cells(tmp_path):
    rows = [["惠企政策清单", "", ""], ["部门", "事项", "金额"], ["市财政局", "甲", 50.0], ["", "乙", 0.5]]
    document = read_one(tmp_path, "a.xlsx", documents.build_xlsx(rows, merge="A3:A4"))
    assert texts(document) == ["清单", "惠企政策清单"]
    assert tables(document)[0].rows[1:] == (("市财政局", "甲", "50"), ("市财政局", "乙", "0.5"))


def test_a_stray_cell_in_the_last_corner_is_no_harm(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for place, text in {"A1": "事项", "B1": "标准", "A2": "稳岗", "B2": "六成", "XFD1048576": "."}.items():
        book.active[place] = text
    out = io.BytesIO()
    book.save(out)
    document = read_one(tmp_path, "a.xlsx", out.getvalue())
    assert tables(document)[0].rows == (("事项", "标准", ""), ("稳岗", "六成", ""))
    assert texts(document) == ["."]


@pytest.mark.parametrize("gone", ["<!-- 注 -->", "<script>x</script>", '<span style="display: none">x</span>'])
@pytest.mark.parametrize("control", ["\x0f", "&#15;"])
def test_a_control_character_after_what_is_left_out_of_a_page_refuses_nothing(tmp_path, gone, control):
    document = read_one(
        tmp_path, "a.html", f"<html><body><p>对企业{gone}{control}给予奖励。</p></body></html>".encode()
    )
    assert texts(document) == ["对企业给予奖励。"]


def test_html_main_text_and_labelled_facts(tmp_path):
    page = """<html><head><title>某办法 - 某市人民政府门户网站</title></head><body><div class=nav><a href=#>首页</a><a>政务公开</a></div>
      <ul><li><b>索 引 号：</b>1234</li><li>发文字号：某政〔2023〕5号</li><li>成文日期：2023年7月17日</li></ul>
      <div id=zoom><h1>某办法</h1><p>第一条　为了促进发展，<span>制定</span>本办法。</p>
      <table><tr><td rowspan=2>部门</td><td>甲</td></tr><tr><td>乙</td></tr></table><p>第二条 自印发之日起施行。</p></div>
      <script>var a = "不是正文";</script></body></html>"""
    document = read_one(tmp_path, "a.html", page.encode("gb18030"))
    meta = dict(document.meta)
    assert (meta["索引号"], meta["发文字号"], meta["成文日期"]) == ("1234", "某政〔2023〕5号", "2023年7月17日")
    assert document.title == "某办法"
    assert texts(document)[-2:] == ["第一条 为了促进发展，制定本办法。", "第二条 自印发之日起施行。"]
    assert tables(document)[0].rows == (("部门", "甲"), ("部门", "乙"))


# ---------------------------------------------------------------- zips


def test_a_zip_gives_its_documents_and_names_what_it_refuses(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("文件/甲.txt", "\n".join(NOTICE))
        archive.writestr("文件/坏.pdf", b"nothing")
        archive.writestr("__MACOSX/._甲.txt", b"x")
    found = read(tmp_path, "包.zip", out.getvalue())
    assert [item.name for item in found] == ["包.zip/文件/甲.txt", "包.zip/文件/坏.pdf"]
    assert [type(item) for item in found] == [Document, Refused]


def test_names_in_a_zip_written_as_gbk(tmp_path):
    raw = documents.build_zip({"XXXX.txt": "\n".join(NOTICE).encode()})
    raw = raw.replace(b"XXXX.txt", "政策".encode("gbk") + b".txt")
    (found,) = read(tmp_path, "a.zip", raw)
    assert found.name == "a.zip/政策.txt"


# ---------------------------------------------------------------- annotations of an OFD


def annotation(kind: str, words: str, more: str = "") -> str:
    return (
        f'<ofd:Annot Type="{kind}" ID="90" {more}><ofd:Appearance Boundary="20 100 100 20">'
        f'<ofd:TextObject ID="91" Boundary="0 0 90 8" Size="5"><ofd:TextCode X="0" Y="5">{words}</ofd:TextCode>'
        "</ofd:TextObject></ofd:Appearance></ofd:Annot>"
    )


def test_words_added_to_an_ofd_are_read_and_watermarks_are_not(tmp_path):
    marks = annotation("Stamp", "某政发〔2024〕3号") + annotation("Watermark", "严禁复制")
    marks += annotation("Path", "藏起来", 'Visible="false"')
    (document,) = read(tmp_path, "a.ofd", documents.build_ofd([(20, 30, "一、支持研发")], marks))
    assert [line.text for line in document.blocks] == ["一、支持研发", "某政发〔2024〕3号"]
    assert [(notice.kind, "严禁复制" in notice.text) for notice in document.notices] == [("skipped", True)]


@pytest.mark.parametrize(
    "broken", ["<ofd:Annot", '<ofd:Annot><ofd:Appearance Boundary="x"><ofd:TextObject/></ofd:Appearance></ofd:Annot>']
)
def test_broken_annotations_cost_nothing_else(tmp_path, broken):
    (document,) = read(tmp_path, "a.ofd", documents.build_ofd([(20, 30, "一、支持研发")], broken))
    assert [line.text for line in document.blocks] == ["一、支持研发"]


# ---------------------------------------------------------------- the process of its own


def test_reading_apart_gives_the_same_as_reading_here(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(BUILT["a.pdf"]())
    assert list(read_file(path, ocr=False)) == list(read_here(path, False, tick=lambda: None))


def test_many_files_at_once_come_in_order(tmp_path):
    names = [f"{number}.txt" for number in range(9)]
    for name in names:
        (tmp_path / name).write_text(f"{name} 支持企业发展", encoding="utf-8")
    jobs = [Job("indexer.formats.files:read_here", (tmp_path / name, False), name) for name in names]
    found = list(do_each([None, *jobs], workers=2))
    assert found[0] == ()
    assert [document.name for (document,) in found[1:]] == names
    assert all(document.name in document.blocks[0].text for (document,) in found[1:])


def test_a_missing_file_is_refused(tmp_path):
    (found,) = read_file(tmp_path / "没有.pdf")
    assert isinstance(found, Refused)


def test_a_long_pdf_read_in_stretches_is_the_same(tmp_path):
    pages = [
        [
            (90, 30, "某市惠企政策汇编"),
            *build_lines([f"第{n}页的正文在这里，各不相同{n * n}。"], top=100),
            (290, 800, f"- {n} -"),
        ]
        for n in range(1, 131)
    ]
    path = tmp_path / "a.pdf"
    path.write_bytes(documents.build_pdf(pages))
    ticks = []
    one, several = (list(read_here(path, False, n, tick=lambda: ticks.append(1))) for n in (1, 2))
    assert one == several
    assert one[0].pages == 130
    assert len(ticks) >= 260


def test_a_page_that_cannot_be_read_stops_no_other(tmp_path, monkeypatch):
    from indexer.formats import pdf

    path = tmp_path / "a.pdf"
    path.write_bytes(documents.build_pdf([build_lines([f"第{n}页的正文在这里，各不相同。"]) for n in range(1, 4)]))
    whole = pdf.lay_out

    def lay_out(chars, edges, number):
        if number == 2:
            raise ValueError("broken")
        return whole(chars, edges, number)

    monkeypatch.setattr(pdf, "lay_out", lay_out)
    (document,) = read_here(path, False, tick=lambda: None)
    assert [line.page for line in document.blocks] == [1, 3]
    assert [(notice.kind, notice.page) for notice in document.notices] == [("unread", 2)]
