"""What a request works with: the services, and what was made of them once when the application started."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from web.questions import Asked
from web.services import Services
from web.shelf import Shelf


@dataclass(frozen=True, slots=True)
class State:
    """The services with the shelf of their policies and what their rules ask about."""

    services: Services
    shelf: Shelf
    asked: Asked


def state() -> State:
    """The state of the application that handles this request."""
    found: State = current_app.extensions["huiqi"]
    return found
