"""The few things about mock services that may be set: assign to this module's names."""

from __future__ import annotations

import os
import sys

__all__ = ["PACE", "SHORTEST", "patience", "transport", "transport_in_use"]

transport = "socket"
"""How clients reach a service: ``"socket"`` (on the loopback interface) or ``"in-process"`` (without any socket)."""

patience = 1.5
"""Real seconds after which a client in another process that still waits for a silent service is cut off."""

PACE = 0.2
"""Real seconds that one second of a client's timeout lasts while it talks to a mock service."""

SHORTEST = 0.25
"""Real seconds that a client's timeout lasts at least: a slow machine must not turn a good answer into a timeout."""


def transport_in_use() -> str:
    """The transport that counts: a browser has no sockets; the environment variable ENGINEROOM_TRANSPORT comes next.

    Raises:
        ValueError: it is neither of the two.
    """
    if sys.platform == "emscripten":
        return "in-process"
    chosen = os.environ.get("ENGINEROOM_TRANSPORT") or transport
    if chosen not in ("socket", "in-process"):
        raise ValueError(f"Expected the transport 'socket' or 'in-process', got {chosen!r}.")
    return chosen
