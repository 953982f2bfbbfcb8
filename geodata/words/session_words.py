"""Words about sessions: how one began, on what kind of device, and why it is over."""

from __future__ import annotations

from enum import StrEnum


class SignInWay(StrEnum):
    """By what somebody came in: a password, or a provider of sign-ins that vouched for him."""

    PASSWORD = "password"  # noqa: S105
    OIDC = "oidc"


class Browser(StrEnum):
    """The families of browsers that are told apart in the list of one's own sessions."""

    EDGE = "edge"
    WECHAT = "wechat"
    QQ = "qq"
    UC = "uc"
    HUAWEI = "huawei"
    FIREFOX = "firefox"
    CHROME = "chrome"
    SAFARI = "safari"
    OTHER = "other"


class OperatingSystem(StrEnum):
    """The systems that are told apart in the list of one's own sessions."""

    WINDOWS = "windows"
    HARMONY = "harmony"
    ANDROID = "android"
    IOS = "ios"
    MACOS = "macos"
    LINUX = "linux"
    OTHER = "other"


class SessionEnd(StrEnum):
    """Why a session was ended before its time: by its person, there or from another one; or with the account's key."""

    SIGNED_OUT = "signed_out"
    ENDED_BY_OWNER = "ended_by_owner"
    PASSWORD = "password"  # noqa: S105
    DISABLED = "disabled"


class SessionState(StrEnum):
    """How a session stands: open, ended for a reason, over by the clock, or none that is known."""

    OPEN = "open"
    SIGNED_OUT = "signed_out"
    ENDED_BY_OWNER = "ended_by_owner"
    PASSWORD = "password"  # noqa: S105
    DISABLED = "disabled"
    OVER = "over"
    IDLE = "idle"
    UNKNOWN = "unknown"
