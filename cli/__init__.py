"""The `fairwell` command: a module a topic, each importing what it needs only when it is used."""
