"""The HTTP interface, a file a topic."""
