"""The API: the shapes of the command line, checked against what its own description promises."""

from __future__ import annotations

import jsonschema
import pytest

from tests.web.conftest import SAMPLE


@pytest.fixture
def schema(client):
    description = client.get("/api/v1/openapi.json").get_json()

    def named(name):
        return {"$ref": f"#/components/schemas/{name}", "components": description["components"]}

    return named


def test_description_covers_every_route(app, client):
    paths = client.get("/api/v1/openapi.json").get_json()["paths"]
    routes = {
        rule.rule.removeprefix("/api/v1").replace("<path:identity>", "{id}")
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
    }
    # The audit is there where people can sign in.
    assert routes - {"/openapi.json"} | {"/audit"} == set(paths)


def test_search(client, schema):
    answer = client.get("/api/v1/search?q=研发费用&limit=1").get_json()
    jsonschema.validate(answer, schema("SearchResult"))
    assert answer["hits"][0]["policy_id"] == "P-1"
    assert answer["hits"][0]["measures"] == ["M-2", "M-3"]


def test_match(client, schema):
    answer = client.post("/api/v1/match", json=SAMPLE).get_json()
    jsonschema.validate(answer, schema("MatchResult"))
    assert answer["as_of"] == "2024-06-30"
    verdicts = {entry["measure_id"]: entry["verdict"] for entry in answer["matches"]}
    assert verdicts["M-1"] == "eligible"
    assert verdicts["M-D"] == "unknown"
    assert "M-3" not in verdicts
    assert answer["counts"]["not_in_force"] == 1


def test_match_with_all_and_limit_and_day(client):
    everything = client.post("/api/v1/match?all=true", json=SAMPLE).get_json()
    assert {entry["measure_id"] for entry in everything["matches"]} >= {"M-3", "M-OLD"}
    assert len(client.post("/api/v1/match?limit=1", json=SAMPLE).get_json()["matches"]) == 1
    assert client.post("/api/v1/match?as_of=2027-01-01", json=SAMPLE).get_json()["as_of"] == "2027-01-01"


def test_policy_and_measure(client):
    policy = client.get("/api/v1/policies/P-1").get_json()
    assert (policy["id"], policy["status"], len(policy["clauses"])) == ("P-1", "in_force", 2)
    measure = client.get("/api/v1/measures/M-OLD").get_json()
    assert (measure["title"], measure["status"], measure["policy"]["id"]) == ("旧的奖励", "expired", "P-0")
    assert client.get("/api/v1/measures/M-%3Cb%3E").get_json()["id"] == "M-<b>"


@pytest.mark.parametrize(
    ("form", "start"), [("docx", b"PK"), ("xlsx", b"PK"), ("pdf", b"%PDF"), ("html", b"<!doctype html>")]
)
def test_checklist(client, form, start):
    response = client.post(f"/api/v1/checklist?format={form}", json=SAMPLE)
    assert response.status_code == 200
    assert response.data.startswith(start)
    assert f".{form}" in response.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("path", "body", "place"),
    [
        ("/api/v1/match", {"id": "x", "facts": {"revenu": 1}}, "facts.revenu"),
        ("/api/v1/match", {"id": "x", "facts": {"revenue": "1200万"}}, "facts.revenue"),
        ("/api/v1/match?as_of=2024-02-30", {"id": "x"}, "as_of"),
        ("/api/v1/match?limit=-1", {"id": "x"}, "limit"),
        ("/api/v1/checklist?format=exe", {"id": "x"}, "format"),
        ("/api/v1/match", [], "档案"),
    ],
)
def test_bad_input_names_its_place(client, schema, path, body, place):
    response = client.post(path, json=body)
    assert response.status_code == 400
    problem = response.get_json()
    jsonschema.validate(problem, schema("Problem"))
    assert place in [entry["place"] for entry in problem["problems"]]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ("{", "application/json"),
        ("[" * 200_000, "application/json"),
        ("a=1", "application/x-www-form-urlencoded"),
        ("", "application/json"),
    ],
    ids=["cut off", "too deep", "a form", "empty"],
)
def test_a_body_that_is_no_json(client, data, kind):
    response = client.post("/api/v1/match", data=data, content_type=kind)
    assert response.status_code == 400
    assert "JSON" in response.get_json()["detail"]


@pytest.mark.parametrize("query", ["q=x&limit=many", "q=x&limit=1001", "q=x&group=page", "q=x&as_of=yesterday", "q="])
def test_bad_search(client, query):
    assert client.get(f"/api/v1/search?{query}").status_code == 400
