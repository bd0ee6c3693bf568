"""Serving on waitress, a production WSGI server."""

from __future__ import annotations

from flask import Flask

from web.app import MAX_BODY


def serve(app: Flask, host: str = "127.0.0.1", port: int = 8000, threads: int = 8) -> None:
    """Serve `app` until stopped."""
    import waitress

    waitress.serve(app, host=host, port=port, threads=threads, ident=None, max_request_body_size=2 * MAX_BODY)
