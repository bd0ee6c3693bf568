"""What a visitor, or a program, is told when something goes wrong."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError

from corpus.errors import InputError


@dataclass(frozen=True, slots=True)
class Failure:
    """A kind of failure in the words of the page: what happened, and what to do."""

    title: str
    advice: str


FAILURES = {
    400: Failure("填写的内容读不懂", "请返回上一页检查；如果是链接带来的，链接可能不完整。"),
    401: Failure("请先登录", "登录后再打开这一页。"),
    403: Failure("不能这样访问", "请从首页重新进入。"),
    404: Failure("没有找到这一页", "政策可能已经更新或改了编号。可以用上面的搜索框按名称或文号再找一次。"),
    405: Failure("不能这样访问", "这个地址要从表单提交进入，请从首页重新开始。"),
    413: Failure("提交的内容太大", "一次提交不能超过 1 MB。"),
    414: Failure("地址太长", "请把检索词写短一些。"),
    429: Failure("试得太勤了", "请过几分钟再试。"),
    500: Failure(
        "系统出了差错", "不是您的问题。您填的内容没有保存在这里，请返回上一页再试一次；若仍不行，请告诉网站的管理人员。"
    ),
}
OTHER = Failure("没有办成", "请返回上一页再试一次。")


def register(app: Flask) -> None:
    """Answer every failure of `app` in Chinese: a page for people, problem+json (RFC 9457) under `/api/`."""
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(InputError, answer_input)


def answer_http(error: HTTPException) -> Response:
    """The answer for an HTTP error."""
    if isinstance(error, InternalServerError) or error.code is None:
        return _answer(500, "")
    found = _answer(
        error.code, error.description if isinstance(error.description, str) and _chinese(error.description) else ""
    )
    if error.code == 405:
        found.headers.extend(error.get_headers())
        found.headers["Content-Type"] = found.content_type
    return found


def answer_input(error: InputError) -> Response:
    """The answer for input that cannot be used: 400, with each problem."""
    problems = [
        {"place": p.place, "found": p.found, "expected": p.expected, "advice": p.advice} for p in error.problems
    ]
    return _answer(400, str(error), problems)


def _answer(status: int, detail: str, problems: list[dict[str, str]] | None = None) -> Response:
    failure = FAILURES.get(status, OTHER)
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": failure.title, "status": status, "detail": detail or failure.advice}
        if problems:
            body["problems"] = problems
        response = jsonify(body)
        response.content_type = "application/problem+json"
    else:
        response = make_response(render_template("error.html", failure=failure, detail=detail))
    response.status_code = status
    return response


def _chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)
