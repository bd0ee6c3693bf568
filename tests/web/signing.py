"""A site with accounts over a small ledger, and people of every role who sign in to it."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date, datetime
from html import unescape
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from ledger.access.users import Users
from ledger.imports.register import register
from ledger.imports.uptake import import_steps
from ledger.tables import Ledger
from web.accounts.signed import Accounts
from web.app import create_app

AT = datetime(2024, 6, 30, 9, 0)  # noqa: DTZ001
TODAY = date(2024, 6, 30)
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
WORD = "correct horse battery"
PEOPLE = {
    "一号公司": ("enterprise", "E-1"),
    "二号公司": ("enterprise", "E-2"),
    "李干部": ("cadre", "李四"),
    "王干部": ("cadre", "王五"),
    "科技局经办": ("office", "科技局"),
    "商务局经办": ("office", "商务局"),
    "督查员": ("auditor", None),
    "管理员": ("administrator", None),
}
ENTERPRISES = [
    # No, cadre, 高新技术企业, revenue
    (1, "李四", True, 9.6e7),
    (2, "王五", True, None),
    (3, "李四", False, 1e6),
    *((no, "王五", True, 3e7) for no in range(4, 11)),
]
STEPS = [
    # An enterprise in the middle of it, one paid for what it cannot have, and the rest told and nothing more.
    ("E-1", "M-2", "informed", "2024-01-05", "", "科技局"),
    ("E-1", "M-2", "applied", "2024-02-01", "", "科技局"),
    ("E-3", "M-1", "paid", "2024-03-01", "200000", "科技局"),
    *((f"E-{no}", "M-1", "informed", "2024-03-05", "", "科技局") for no in range(4, 11)),
]


def profile(no, cadre, titled, revenue):
    facts = {"region": "419001", "industry": "3421", "exclusion": [], "event": [], "credit_level": "A"}
    facts |= {"qualification": ["高新技术企业"] if titled else {"has": [], "lacks": ["高新技术企业"]}}
    facts |= {} if revenue is None else {"revenue": {"2023": revenue}}
    return {"id": f"E-{no}", "name": f"{no}号公司", "as_of": "2024-06-01", "facts": facts, "cadre": cadre}


def fill(ledger, folder, policies):
    lines = [json.dumps(profile(*row), ensure_ascii=False) for row in ENTERPRISES]
    (folder / "企业.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert not register(ledger, folder / "企业.jsonl", TODAY).problems
    head = "enterprise_id,measure_id,step,on,amount,office"
    (folder / "环节.csv").write_text("\n".join([head, *map(",".join, STEPS)]), encoding="utf-8")
    measures = {measure.id for policy in policies for measure in policy.measures}
    assert not import_steps(ledger, folder / "环节.csv", measures).problems


@pytest.fixture(scope="session")
def filled(tmp_path_factory, services, policies):
    """A ledger with the enterprises, steps and people; copied, never worked on."""
    folder = tmp_path_factory.mktemp("filled")
    engine = sa.create_engine(f"sqlite:///{folder / 'ledger.db'}")
    ledger = Ledger(engine)
    fill(ledger, folder, policies)
    kept, users = CHEAP.hash(WORD), Users(ledger)
    for name, (role, bound) in PEOPLE.items():
        users.add(name, role, bound, kept, by="测试", at=AT)
    engine.dispose()
    return folder / "ledger.db"


@pytest.fixture
def signed(tmp_path, filled, services):
    """The site; `client(name)` is somebody's browser after signing in, `client()` a stranger's."""
    shutil.copy(filled, tmp_path / "ledger.db")
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield Signed(Ledger(engine), services)
    engine.dispose()


class Signed(SimpleNamespace):
    """The site with its ledger and a clock that can be turned: `at`."""

    def __init__(self, ledger, services, desk=None):
        users = Users(ledger)
        self.at = AT
        accounts = Accounts(users, b"k" * 32, lambda: self.at, CHEAP)
        app = create_app(services, desk, accounts)
        app.config["TESTING"] = True
        super().__init__(app=app, ledger=ledger, users=users, services=services, at=AT)

    def client(self, name=None, word=WORD):
        browser = Browser(self.app)
        if name is not None:
            response = browser.post("/sign-in", name=name, password=word)
            assert response.status_code == 303, text(response)
        return browser

    def rows(self, table):
        with self.ledger.begin() as connection:
            return connection.execute(sa.select(table)).all()


class Browser:
    """Somebody at the pages: what is posted carries the token of the form that the page before held."""

    def __init__(self, app):
        self.client = app.test_client()

    def get(self, address, **options):
        return self.client.get(address, **options)

    def post(self, address, *, token=None, see="/sign-in", **data):
        if token is None:
            page = text(self.client.get(see, follow_redirects=True))
            token = unescape(re.search(r'name="csrf_token" value="([^"]*)"', page)[1])
        return self.client.post(address, data={"csrf_token": token, **data})


def text(response):
    return re.sub(r"\s+", " ", response.get_data(as_text=True))


__all__ = ["Browser", "Signed", "filled", "signed", "text"]
