"""Which kind of browser asks, in two words: enough to know one's own sessions by, too little to know people by."""

from __future__ import annotations

from geodata.words.session_words import Browser, OperatingSystem

_BROWSERS = {
    "MicroMessenger/": Browser.WECHAT,
    "MQQBrowser/": Browser.QQ,
    "QQBrowser/": Browser.QQ,
    "UCBrowser/": Browser.UC,
    "HuaweiBrowser/": Browser.HUAWEI,
    "Edg": Browser.EDGE,
    "Firefox/": Browser.FIREFOX,
    "FxiOS/": Browser.FIREFOX,
    "Chrome/": Browser.CHROME,
    "CriOS/": Browser.CHROME,
    "Safari/": Browser.SAFARI,
}
"""What a browser's name stands behind, the more special first: most say that they are Chrome or Safari too."""
_SYSTEMS = {
    "OpenHarmony": OperatingSystem.HARMONY,
    "HarmonyOS": OperatingSystem.HARMONY,
    "Windows": OperatingSystem.WINDOWS,
    "Android": OperatingSystem.ANDROID,
    "iPhone": OperatingSystem.IOS,
    "iPad": OperatingSystem.IOS,
    "Mac OS X": OperatingSystem.MACOS,
    "Linux": OperatingSystem.LINUX,
}


def read_browser(user_agent: str) -> tuple[Browser, OperatingSystem]:
    """The words for what a browser says it is.

    Parameters
    ----------
    user_agent
        The header ``User-Agent``; any text, none of which is kept.

    Returns
    -------
    browser
        ``other`` for what is not told apart.
    operating_system
        Likewise.
    """
    browser = next((word for sign, word in _BROWSERS.items() if sign in user_agent), Browser.OTHER)
    system = next((word for sign, word in _SYSTEMS.items() if sign in user_agent), OperatingSystem.OTHER)
    return browser, system
