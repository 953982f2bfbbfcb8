"""A try at a password: counted by the database, compared here, and how long to wait said in words."""

from __future__ import annotations

from dashboard.auth import password
from dashboard.auth.browser_secrets import asking_device
from dashboard.request.context import AppContext
from geodata.accounts import sign_in_attempts
from geodata.accounts.sign_in_attempts import SignInTry
from geodata.locale import Lang, translate

MINUTE = 60


def try_password(ctx: AppContext, login: str, said: str) -> SignInTry:
    """Compare what was said with the password of an account, if it may be tried now.

    Parameters
    ----------
    ctx
        What the route is given.
    login
        In small letters; need not exist.
    said
        The password.

    Returns
    -------
    tried
        ``right``, ``wrong``, or for some seconds neither: ``wait``, ``busy``. It holds no hash.
    """
    tried = ctx.execute_at_door(sign_in_attempts.sign_in_try, login, asking_device())
    if tried.state != "ask":
        return SignInTry(tried.state, None, tried.wait_seconds)
    return SignInTry("right" if password.password_matches(tried.password_hash, said) else "wrong")


def note_outcome(ctx: AppContext, login: str, action: str, how: str) -> None:
    """Note how a try from the browser of the request at hand ended.

    Parameters
    ----------
    ctx
        What the route is given.
    login
        Of the try.
    action, how
        As ``sign_in_ended`` takes them.
    """
    ctx.execute_at_door(sign_in_attempts.sign_in_ended, login, action, how, asking_device())


def pause_words(seconds: int, lang: Lang) -> str:
    """How long to wait.

    Parameters
    ----------
    seconds
        At least 1.
    lang
        The language wanted.

    Returns
    -------
    words
        Seconds below a minute, else minutes, the last one begun counted as whole.
    """
    if seconds < MINUTE:
        return translate("door.pause.seconds", lang, n=seconds)
    return translate("door.pause.minutes", lang, n=-(-seconds // MINUTE))
