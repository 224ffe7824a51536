"""How many decimals an amount of a currency has (ISO 4217, "minor unit")."""

from __future__ import annotations

# ISO 4217 lists two for every currency but these.
_NONE = frozenset(
    {
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
    }
    | {"XPF"}
)
_THREE = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
_FOUR = frozenset({"CLF", "UYW"})
_BY_CURRENCY = {**dict.fromkeys(_NONE, 0), **dict.fromkeys(_THREE, 3), **dict.fromkeys(_FOUR, 4)}


def decimals(currency: str) -> int:
    """How many digits stand after the point, for a three-letter code."""
    return _BY_CURRENCY.get(currency, 2)
