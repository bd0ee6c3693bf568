"""What a request works with: the services, and what was made of them once when the application started."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from threading import Lock

from flask import Flask, current_app, request

from corpus.model import Policy
from web.questions import Asked, asked_by
from web.services import Services
from web.shelf import Shelf, shelve
from web.standing import Standings, badges


@dataclass(frozen=True, slots=True)
class State:
    """The services with the shelf of their policies, what their rules ask about, and what state they are in."""

    services: Services
    shelf: Shelf
    asked: Asked
    standings: Standings

    @classmethod
    def of(cls, services: Services) -> State:
        """The state over `services`."""
        policies = services.policies
        return cls(services, shelve(policies), asked_by(policies), Standings(policies))


def keep_state(app: Flask, services: Services) -> None:
    """Give `app` the state over `services`, and a new one when they are renewed."""
    app.extensions["huiqi"] = State.of(services)
    renewing = Lock()  # requests that come while the state is made anew wait for it rather than make it too

    @app.before_request
    def renew() -> None:
        if request.endpoint == "static":
            return
        with renewing:
            if (newer := state().services.renewed()) is not None:
                app.extensions["huiqi"] = State.of(newer)


def state() -> State:
    """The state of the application that handles this request."""
    found: State = current_app.extensions["huiqi"]
    return found


def badges_of(policy: Policy, today: date) -> tuple[tuple[str, str], ...]:
    """What stands beside the name of `policy`: (class, words)."""
    return badges(state().standings.of(policy, today))
