"""Names and numbers of people and firms that do not exist, and plainly so."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from etl.demo.demo_plan import shipped_table

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


class People:
    """Hands out invented names (演王一) one after another, never one twice, with number and office phone."""

    def __init__(self, rng: np.random.Generator) -> None:
        words = shipped_table("words")["people"]
        names = [f"{words['first']}{surname}{number}" for number in words["numbers"] for surname in words["surnames"]]
        # the short numbers first, shuffled among themselves
        blocks = np.array_split(np.arange(len(names)), len(names) // 320 or 1)
        self._names: Iterator[str] = iter([names[i] for block in blocks for i in rng.permutation(block)])
        self._prefix = words["office_prefix"]
        self.rows: list[dict[str, object]] = []

    def add_person(self, *, phone: bool, consent: bool) -> str:
        """Make a new person, and give the number.

        Parameters
        ----------
        phone
            Whether the person has an office phone.
        consent
            Whether the name may be published.

        Returns
        -------
        person_no
            ``R0001``, ``R0002``, … in the order made.
        """
        serial = len(self.rows) + 1
        self.rows.append(
            {
                "person_no": f"R{serial:04d}",
                "name": next(self._names),
                "office_phone": f"{self._prefix}{serial:04d}" if phone else None,
                "consent_publish": consent,
            }
        )
        return f"R{serial:04d}"

    def name_of(self, person_no: str) -> str:
        """What a person is called.

        Parameters
        ----------
        person_no
            A number ``add`` has given.

        Returns
        -------
        name
            Surname and number behind the mark of an invented one.
        """
        return str(self.rows[int(person_no[1:]) - 1]["name"])


def make_uscc(kind: str, district: str, serial: int) -> str:
    """A credit code of made-up serial with the right check sign (GB 32100); ``kind`` is its first two signs.

    Parameters
    ----------
    kind
        Registering authority and type of body: the first two signs.
    district
        Six-digit code of the district.
    serial
        0 to 99999, another for each firm.

    Returns
    -------
    code
        Eighteen signs; the ``Y`` in the organisation's part marks it as made up.
    """
    body = f"{kind}{district}MA0Y{serial:05d}"
    total = sum(USCC_ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + USCC_ALPHABET[(31 - total % 31) % 31]


def office_phone(serial: int) -> str:
    """A number of the invented exchange, of a firm.

    Parameters
    ----------
    serial
        Any number; two that differ by 5000 share a phone.

    Returns
    -------
    phone
        Prefix of the exchange and four digits from 5000 on, apart from those of persons.
    """
    return f"{shipped_table('words')['people']['office_prefix']}{5000 + serial % 5000:04d}"
