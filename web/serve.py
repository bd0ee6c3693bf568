"""Serving on waitress, a production WSGI server."""

from __future__ import annotations

from flask import Flask

from web.app import MAX_BODY


def serve(
    app: Flask, host: str = "127.0.0.1", port: int = 8000, threads: int = 8, *, behind_proxy: bool = False
) -> None:
    """Serve `app` until stopped; `behind_proxy` as in `trust_proxy`."""
    import waitress

    if behind_proxy:
        trust_proxy(app)
    waitress.serve(app, host=host, port=port, threads=threads, ident=None, max_request_body_size=2 * MAX_BODY)


def trust_proxy(app: Flask) -> None:
    """Believe one proxy before this program who asks, over which scheme and for which host.

    So cookies are for https alone where the proxy speaks it, and whoever tries passwords is told from the others. Only
    for a program that nobody reaches but through that proxy: anybody else could write these headers themselves.
    """
    from werkzeug.middleware.proxy_fix import ProxyFix

    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
