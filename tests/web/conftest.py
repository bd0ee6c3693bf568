"""A small catalogue of our own, with the real matcher and the real search over it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from corpus.catalogue import read_policies
from indexer.search.search import Index
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


def searching(policies, folder):
    """The search over an index of `policies` made in `folder`; it keeps what it was asked in `asked`."""
    index = Index(folder / "index")
    index.rebuild(policies)

    def search(query, *, as_of, limit=10, **filters):
        search.asked = {"query": query, "as_of": as_of, "limit": limit, **filters}
        return index.search(query, as_of=as_of, limit=limit, **filters)

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
def services(policies, sample, tmp_path_factory):
    catalogue = compile_catalogue(policies)
    return Services(
        policies=policies,
        search=searching(policies, tmp_path_factory.mktemp("search")),
        match=lambda profile, as_of, received=(): match(catalogue, profile, as_of, received=received),
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
