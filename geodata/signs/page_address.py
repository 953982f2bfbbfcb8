"""Addresses of pages of this server, as they are kept and shown as links again."""

from __future__ import annotations

import re

_OWN_PAGE = re.compile(r"/(?![/\\])[^\x00-\x1f\x7f]*")


def is_own_page(address: str, longest: int) -> bool:
    """Whether a text is the address of a page of this server, for whatever browser follows it.

    The database holds the tables that keep one to the same (``ck_…_address_of_page``, ``ck_…_address_plain``).

    Parameters
    ----------
    address
        Path and question.
    longest
        Signs it may have.

    Returns
    -------
    own
        False for two slashes at the beginning, which is another server's, and for signs that browsers leave out: with a
        tab between its slashes it would be that.
    """
    return len(address) <= longest and _OWN_PAGE.fullmatch(address) is not None
