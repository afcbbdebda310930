"""The three ways a command ends otherwise than well, each with its exit code."""

from __future__ import annotations

import click


class No(click.ClickException):
    """The answer is "no": a requirement violated, a blank, a survivor, a difference, a refusal."""

    exit_code = 1


class Wrong(click.ClickException):
    """Input that cannot be read, or wrong usage. The message says what, where, and what would be right."""

    exit_code = 2


class BenchFailed(click.ClickException):
    """The bench failed: an adapter that cannot be started, dies or hangs; the environment."""

    exit_code = 3
