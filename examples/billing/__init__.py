"""A billing system that Fairwell can use: all that has to be there, to start your own from."""
