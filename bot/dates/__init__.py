"""Reads when a customer wants it to end: dateparser for dates, data/dates for the words around them."""
