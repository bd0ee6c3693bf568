"""A small catalogue of our own, the real matcher over it, and a search that finds what holds the words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from corpus.catalogue import read_policies
from corpus.model import term_on
from matcher.catalogue import compile_catalogue
from matcher.facts import read_profile
from matcher.match import match
from tests.web import signing
from web.app import create_app
from web.services import Services

TODAY = date(2024, 6, 30)
filled, signed = signing.filled, signing.signed
SAMPLE = {
    "id": "S-1",
    "name": "示例机械公司",
    "as_of": "2024-06-30",
    "facts": {
        "region": "419001",
        "industry": "3421",
        "founded_on": "2015-03-02",
        "revenue": {"2022": 8.1e7, "2023": 9.6e7},
        "rd_ratio": {"2023": 0.065},
        "qualification": [{"name": "高新技术企业", "since": "2022-01-01", "until": "2024-12-31"}],
        "exclusion": [],
        "event": [{"name": "首次升规", "on": "2019-12-31"}],
        "credit_level": "A",
    },
    "confirmations": {"建设海外仓": {"value": False}},
}


@dataclass(frozen=True)
class Found:
    """What the stand-in for the index comes back with."""

    query: str
    hits: list
    chips: tuple = ()
    facets: dict = field(default_factory=dict)

    def to_json(self) -> dict:
        keys = {"schema_version": 1, "query": self.query, "total": len(self.hits), "took_ms": 0.1, "suggestion": None}
        return {**keys, "hits": self.hits}


def searching(policies):
    """A search by plain containment; it keeps what it was asked in `asked`."""

    def search(query, *, as_of, limit=10, **filters):
        search.asked = {"query": query, "as_of": as_of, "limit": limit, **filters}
        hits = []
        for policy in policies:
            for clause in policy.clauses:
                if query in clause.text:
                    marked = clause.text.replace(query, f"<mark>{query}</mark>")
                    measures = [m.id for m in policy.measures if clause.path in m.clauses]
                    hits.append(
                        {"rank": len(hits) + 1, "score": 1.0, "policy_id": policy.id, "title": policy.title,
                         "doc_no": policy.doc_no, "status": term_on(policy, as_of), "clause": clause.path,
                         "page": clause.page, "text": clause.text, "highlight": marked, "measures": measures}
                    )  # fmt: skip
        return Found(query, hits[:limit])

    return search


@pytest.fixture(scope="session")
def policies():
    reading = read_policies(Path(__file__).with_name("world.measures.yaml"))
    assert not reading.problems
    return reading.policies


@pytest.fixture(scope="session")
def sample():
    return read_profile(SAMPLE)


@pytest.fixture(scope="session")
def services(policies, sample):
    catalogue = compile_catalogue(policies)
    return Services(
        policies=policies,
        search=searching(policies),
        match=lambda profile, as_of: match(catalogue, profile, as_of),
        today=lambda: TODAY,
        samples=(sample,),
        office="示范区企业服务中心",
    )


@pytest.fixture(scope="session")
def app(services):
    app = create_app(services)
    app.config["TESTING"] = True
    return app


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def result(services, sample):
    return services.match(sample, TODAY)
