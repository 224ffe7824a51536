"""Reads a company's file of policies."""
