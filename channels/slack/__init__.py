"""Slack, by Socket Mode or HTTP, for one workspace or for many."""
