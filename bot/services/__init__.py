"""Use cases, one family a file: each takes a turn or a plain request and goes through the ports only."""
