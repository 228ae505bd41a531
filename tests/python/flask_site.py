"""A site on Flask-Login that says who is there, and lets alice in and out."""

import os

from flask import Flask, request
from flask_login import LoginManager, UserMixin, current_user
from flask_login import login_fresh, login_user, logout_user

site = Flask(__name__)
site.config["SECRET_KEY"] = os.environ["SECRET"]
site.config["SESSION_COOKIE_NAME"] = "python"
manager = LoginManager(site)


class Alice(UserMixin):
    id = 1


@manager.user_loader
def load(id):
    return Alice() if id == "1" else None


@site.get("/who")
def who():
    if not current_user.is_authenticated:
        return "nobody"
    return f"{current_user.get_id()} fresh={login_fresh()}"


@site.post("/login")
def login():
    login_user(Alice(), remember="remember" in request.form)
    return "in"


@site.post("/logout")
def logout():
    logout_user()
    return "out"


if __name__ == "__main__":
    site.run(host="127.0.0.1", port=int(os.environ["PORT"]))
