"""What goes wrong is said in Chinese: a page for people, problem+json for programs."""

from __future__ import annotations

import dataclasses

import pytest

from web.app import create_app


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("get", "/nowhere", 404, "没有找到这一页"),
        ("get", "/policies/P-9", 404, "没有编号为“P-9”的政策"),
        ("get", "/measures/M-9", 404, "没有编号为“M-9”的政策事项"),
        ("get", "/samples/S-9", 404, "没有这家示例企业"),
        ("get", "/profile?sample=S-9", 404, "没有这家示例企业"),
        ("post", "/checklist/exe", 404, "没有“exe”这种格式"),
        ("post", "/", 405, "不能这样访问"),
        ("get", "/checklist/docx", 405, "不能这样访问"),
    ],
)
def test_pages_of_failure(client, method, path, status, words):
    response = getattr(client, method)(path)
    assert response.status_code == status
    assert words in response.get_data(as_text=True)
    assert response.mimetype == "text/html"


def test_too_much_is_refused(client):
    response = client.post("/match", data={"description": "长" * 700_000})
    assert response.status_code == 413
    assert "1 MB" in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("get", "/api/v1/policies/P-9", 404), ("get", "/api/v1/measures/M-9", 404), ("get", "/api/v1/nothing", 404),
     ("get", "/api/v1/match", 405), ("get", "/api/v1/search", 400)],
)  # fmt: skip
def test_problems_of_the_api(client, method, path, status):
    response = getattr(client, method)(path)
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    problem = response.get_json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]


@pytest.mark.parametrize("path", ["/samples/S-1", "/api/v1/match"])
def test_a_bug_tells_nothing_of_the_inside(services, path):
    def broken(*_args):
        raise RuntimeError("secret detail")

    app = create_app(dataclasses.replace(services, match=broken))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = app.test_client()
    response = client.post(path, json={"id": "x"}) if "api" in path else client.get(path)
    assert response.status_code == 500
    said = response.get_data(as_text=True)
    assert "系统出了差错" in said
    assert "secret detail" not in said
