"""How many decimals an amount of a currency has (ISO 4217, "minor unit")."""

from __future__ import annotations

# ISO 4217 lists two for every currency but these. What is in daily use may have fewer, and a payment service
# may count otherwise: that is its adapter's business.
_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_FOUR = "CLF UYW"
_BY_CURRENCY = {
    **dict.fromkeys(_NONE.split(), 0),
    **dict.fromkeys(_THREE.split(), 3),
    **dict.fromkeys(_FOUR.split(), 4),
}


def decimals(currency: str) -> int:
    """How many digits stand after the point, for a three-letter code."""
    return _BY_CURRENCY.get(currency, 2)
