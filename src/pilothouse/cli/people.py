"""`pilothouse password` and `pilothouse link`: how the owner gets in."""

from typing import Annotated

import typer

from pilothouse.cli.options import DataDir, RunningPort, fail, load, out
from pilothouse.cli.provision import provision
from pilothouse.domain.access import User
from pilothouse.edge import passwords
from pilothouse.settings import Settings
from pilothouse.store.relational import accounts, schema
from pilothouse.store.relational.database import Database
from pilothouse.wiring import database

Email = Annotated[str | None, typer.Option(help="Whose.  [the owner's]")]


def password(
    email: Email = None,
    data_dir: DataDir = None,
    new: Annotated[
        str,
        typer.Option(
            prompt="New password", hide_input=True, confirmation_prompt=True, show_default=False
        ),
    ] = "",
) -> None:
    """Set a person's password. Their other sign-ins end."""
    if len(new) < 10:
        fail("a password has at least 10 characters")
    settings = load(data_dir=data_dir)
    relational = _open(settings)
    user = _user(relational, settings, email)
    with relational.write() as db:
        accounts.set_password(db, user.id, passwords.hashed(new))
    out.print(f"The password of {user.email} is set.")


def link(email: Email = None, data_dir: DataDir = None, port: RunningPort = None) -> None:
    """Print a new link that signs a person in once, within a day."""
    settings = load(data_dir=data_dir, port=port)
    relational = _open(settings)
    user = _user(relational, settings, email)
    with relational.write() as db:
        token = accounts.add_link(db, user.id)
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    out.print(f"{base}/auth/link/{token}", soft_wrap=True)


def _open(settings: Settings) -> Database:
    relational = database(settings)
    schema.migrate(relational)
    return relational


def _user(relational: Database, settings: Settings, email: str | None) -> User:
    if email is None:
        return provision(relational, settings.init).owner
    with relational.read() as db:
        user = accounts.user_by_email(db, email)
    return user or fail(f"there is no person with the e-mail {email}")
