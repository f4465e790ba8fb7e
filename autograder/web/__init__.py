"""Mock HTTP services, a client for learners' apps, and checks that explain what crossed the wire."""

from autograder.web import settings
from autograder.web.answer import ExchangeLimits
from autograder.web.browser import Browser
from autograder.web.client import Client
from autograder.web.clock import VirtualClock
from autograder.web.database_file import database_file, rows_in
from autograder.web.driver import drive
from autograder.web.expect import expect
from autograder.web.journal import Journal
from autograder.web.meaning import meaning, mistake
from autograder.web.message import Request, Response
from autograder.web.reply import (
    drop,
    garbage,
    hang,
    html,
    lost,
    malformed,
    ok,
    redirect,
    slow,
    status,
    stream,
    then_ok,
    too_many,
)
from autograder.web.service import Service
from autograder.web.transcript import Exchange, conversation_table, transcript_table
from autograder.web.transport import hurried, refusing

__all__ = [
    "Browser",
    "Client",
    "Exchange",
    "ExchangeLimits",
    "Journal",
    "Request",
    "Response",
    "Service",
    "VirtualClock",
    "conversation_table",
    "database_file",
    "drive",
    "drop",
    "expect",
    "garbage",
    "hang",
    "html",
    "hurried",
    "lost",
    "malformed",
    "meaning",
    "mistake",
    "ok",
    "redirect",
    "refusing",
    "rows_in",
    "settings",
    "slow",
    "status",
    "stream",
    "then_ok",
    "too_many",
    "transcript_table",
]
