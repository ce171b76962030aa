"""The command line. Each command stands in a file of its own, which is read when it is called for."""

import gc
from importlib import import_module
from types import ModuleType
from typing import Any

import typer
from typer.core import TyperGroup

_COMMANDS = {
    "up": "up:up",
    "demo": "demo:demo",
    "import": "importing:app",
    "prompts": "prompts:app",
    "eval": "evals:app",
    "doctor": "doctor:doctor",
    "migrate": "migrate:migrate",
    "password": "people:password",
    "link": "people:link",
}
"""By name the module of this room and what to take of it: a function, or an application of several."""


class _Commands(TyperGroup):
    """A command that speaks to a server over HTTP need not wait for the server to be read in."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        where = _COMMANDS.get(cmd_name)
        if where is None:
            return None
        module, _, name = where.partition(":")
        found = getattr(_read_in(f"pilothouse.cli.{module}"), name)
        if not isinstance(found, typer.Typer):
            alone = typer.Typer(add_completion=False)
            alone.command(cmd_name)(found)
            found = alone
        command: Any = typer.main.get_command(found)
        command.name = cmd_name
        return command


def _read_in(module: str) -> ModuleType:
    """What is read in stays: to search it for cycles meanwhile would take a sixth of the time."""
    gc.disable()
    try:
        return import_module(module)
    finally:
        gc.enable()


app = typer.Typer(
    name="pilothouse",
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def every() -> None:
    """See, price, test and steer an LLM application in production."""
