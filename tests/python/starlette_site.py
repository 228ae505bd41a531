"""A site on Starlette-Login that says who is there, and lets alice in and out."""

import os

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette_login.backends import SessionAuthBackend
from starlette_login.login_manager import LoginManager
from starlette_login.middleware import AuthenticationMiddleware
from starlette_login.mixins import UserMixin
from starlette_login.utils import login_user, logout_user

SECRET = os.environ["SECRET"]


class Alice(UserMixin):
    @property
    def identity(self):
        return 1

    @property
    def display_name(self):
        return "alice"


async def load(request, id):
    return Alice() if str(id) == "1" else None


async def who(request):
    if not request.user.is_authenticated:
        return PlainTextResponse("nobody")
    fresh = request.session.get("_fresh")
    return PlainTextResponse(f"{request.user.identity} fresh={fresh}")


async def login(request):
    async with request.form() as form:
        await login_user(request, Alice(), remember="remember" in form)
    return PlainTextResponse("in")


async def logout(request):
    await logout_user(request)
    return PlainTextResponse("out")


manager = LoginManager(redirect_to="/login", secret_key=SECRET)
manager.set_user_loader(load)

site = Starlette(
    routes=[
        Route("/who", who),
        Route("/login", login, methods=["POST"]),
        Route("/logout", logout, methods=["POST"]),
    ],
    middleware=[
        Middleware(SessionMiddleware, secret_key=SECRET, session_cookie="python"),
        Middleware(
            AuthenticationMiddleware,
            backend=SessionAuthBackend(manager),
            login_manager=manager,
        ),
    ],
)
site.state.login_manager = manager

if __name__ == "__main__":
    uvicorn.run(site, host="127.0.0.1", port=int(os.environ["PORT"]))
