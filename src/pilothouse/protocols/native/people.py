"""Signing in, and what a person may know and change about themselves."""

from fastapi import Request, Response

from pilothouse import __version__
from pilothouse.domain.access import User
from pilothouse.domain.errors import BadRequest, Unauthenticated
from pilothouse.edge import passwords
from pilothouse.edge.access import COOKIE, PersonOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import ServicesOf
from pilothouse.protocols.native import wire
from pilothouse.store.relational import accounts

router = Router(tags=["people"])
_patience = passwords.Patience()


def set_cookie(response: Response, request: Request, token: str) -> None:
    response.set_cookie(
        COOKIE,
        token,
        max_age=accounts.SIGN_IN_LASTS // 1_000_000,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
        path="/",
    )


@router.post("/auth/sign-in", status_code=204)
def sign_in(body: wire.SignIn, request: Request, services: ServicesOf) -> Response:
    """Sign in with e-mail and password; the answer sets the cookie."""
    name = body.email.strip().lower()
    _patience.check(name)
    with services.database.read() as db:
        user = accounts.user_by_email(db, name)
    if not passwords.fits(user.password_hash if user else "", body.password) or user is None:
        _patience.failed(name)
        raise Unauthenticated("e-mail or password is wrong")
    _patience.succeeded(name)
    with services.database.write() as db:
        token = accounts.sign_in(db, user.id)
    response = Response(status_code=204)
    set_cookie(response, request, token)
    return response


@router.post("/auth/sign-out", status_code=204)
def sign_out(request: Request, user: PersonOf, services: ServicesOf) -> Response:
    """End this sign-in."""
    with services.database.write() as db:
        accounts.sign_out(db, request.cookies.get(COOKIE, ""))
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, path="/")
    return response


@router.get("/me")
def me(user: PersonOf, services: ServicesOf) -> wire.Me:
    """The signed-in person and the projects they reach."""
    with services.database.read() as db:
        organisations = [
            wire.OrganisationRef(
                id=organisation.id,
                name=organisation.name,
                role=role.value,
                projects=[
                    wire.ProjectRef(
                        id=project.id,
                        name=project.name,
                        role=(accounts.role_in(db, user.id, project.id) or role).value,
                    )
                    for project in projects
                ],
            )
            for organisation, role, projects in accounts.reachable(db, user.id)
        ]
    return wire.Me(
        id=user.id,
        email=user.email,
        name=user.name,
        has_password=bool(user.password_hash),
        organisations=organisations,
        version=__version__,
    )


@router.put("/me/password", status_code=204)
def change_password(
    body: wire.PasswordChange, request: Request, user: PersonOf, services: ServicesOf
) -> Response:
    """Set a password. Every other sign-in of the person ends."""
    _check_current(user, body.current)
    with services.database.write() as db:
        accounts.set_password(db, user.id, passwords.hashed(body.new))
        token = accounts.sign_in(db, user.id)
    response = Response(status_code=204)
    set_cookie(response, request, token)
    return response


def _check_current(user: User, current: str | None) -> None:
    if not user.password_hash:
        return
    _patience.check(user.id)
    if not passwords.fits(user.password_hash, current or ""):
        _patience.failed(user.id)
        raise BadRequest("the current password is wrong")
