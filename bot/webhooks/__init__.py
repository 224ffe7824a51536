"""Sends webhooks over HTTPS, signed, to public addresses only unless settings allow others."""
