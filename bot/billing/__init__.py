"""Billing providers. A vendor's objects stop here."""
