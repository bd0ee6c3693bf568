"""A small document of our own, taken in like any other, and the site with its desk over it."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, date, datetime
from html import unescape
from types import SimpleNamespace

import pytest

from corpus.store import Store
from indexer.follow import open_index
from indexer.ingest import ingest
from web.app import create_app
from web.review.desk import Desk
from web.services import Services

TODAY = date(2024, 6, 30)
AT = datetime(2024, 6, 30, 9, 30, tzinfo=UTC)
TEXT = """示范市促进工业发展若干措施
示政〔2024〕3号
各县区人民政府：
一、支持创新
（一）对年营业收入2000万元以上且研发投入占比不低于3%的规上工业企业，按研发费用的10%给予补助，最高不超过100万元。（责任单位：市科技局）
（二）对首次认定的高新技术企业给予20万元一次性奖励。
（三）对新认定的国家级、省级专精特新企业分别给予50万元、20万元奖励。
二、稳定就业
（一）对招用高校毕业生的中小微企业，按每人1500元给予一次性补贴。
本措施自2024年1月1日起施行，有效期至2026年12月31日。
示范市人民政府
2024年1月1日
"""


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory):
    """A data folder that the document was taken into; copied, never worked on."""
    folder = tmp_path_factory.mktemp("taken-in")
    original = folder / "示范措施.txt"
    original.write_text(TEXT, encoding="utf-8")
    store = Store(folder / "data")
    (taken,) = ingest(store, [original])
    assert taken.status == "indexed"
    open_index(folder / "data" / "index", store)
    store.close()
    return folder


@pytest.fixture
def site(taken_in, tmp_path):
    """The site over a copy of the document's store: `client`, `store`, and a reviewer who has given a name."""
    shutil.copytree(taken_in / "data", tmp_path / "data")
    store = Store(tmp_path / "data")
    services = Services.over(store, open_index(tmp_path / "data" / "index", store), today=lambda: TODAY)
    app = create_app(services, Desk(store, tmp_path / "pages", now=lambda: AT))
    app.config["TESTING"] = True
    made = Site(app, store, taken_in, tmp_path / "pages")
    made.sign("张三")
    yield made
    store.close()


class Site(SimpleNamespace):
    """The pages as a person uses them: what is got is read for its forms, what is posted carries their hidden inputs."""

    def __init__(self, app, store, folder, pages):
        super().__init__(app=app, store=store, folder=folder, pages=pages, client=app.test_client(), page="")

    def get(self, address, status=200):
        response = self.client.get(address)
        assert response.status_code == status, (address, response.status_code)
        self.page = response.get_data(as_text=True)
        return self.page

    def sign(self, name):
        self.get("/review/name")
        self.client.post("/review/name", data={"csrf_token": hidden(self.page, "csrf_token"), "name": name})

    def post(self, address, status=303, **data):
        kept = {key: hidden(self.page, key) for key in ("csrf_token", "seal")}
        response = self.client.post(address, data={**kept, **data})
        assert response.status_code == status, (response.status_code, response.get_data(as_text=True)[:2000])
        self.page = response.get_data(as_text=True)
        return unescape(response.headers.get("Location", ""))

    @property
    def policy(self):
        return self.store.policies()[0]

    def draft(self, clause):
        """The first measure that was read from `clause`, with the address of its page."""
        measure = next(m for m in self.policy.measures if clause in m.clauses)
        return measure, self.address(measure.id)

    def address(self, identity):
        from flask import url_for

        with self.app.test_request_context():
            return url_for("review.measure", identity=identity)


def hidden(page, name):
    found = re.findall(rf'name="{name}" value="([^"]*)"', page)  # the last form is the page's own
    return unescape(found[-1]) if found else ""


def fields_of(page):
    """Every input of the form to correct, with what it holds, as a browser would post it."""
    form = page[page.index('class="correct"') :]
    form = form[: form.index("</form>")]
    out: dict[str, list[str]] = {}
    for tag in re.finditer(r"<(input|select|textarea)\b([^>]*)>(?:(.*?)</\1>)?", form, re.DOTALL):
        name = re.search(r'name="([^"]+)"', tag[2])
        if name is None:
            continue
        if tag[1] == "input":
            if 'type="checkbox"' in tag[2] and "checked" not in tag[2]:
                continue
            value = re.search(r'value="([^"]*)"', tag[2])
            values = [value[1] if value else ""]
        elif tag[1] == "select":
            values = re.findall(r'value="([^"]*)" selected', tag[3]) or re.findall(r'value="([^"]*)"', tag[3])[:1]
        else:
            values = [tag[3].removeprefix("\n")]
        out.setdefault(unescape(name[1]), []).extend(map(unescape, values))
    return out
