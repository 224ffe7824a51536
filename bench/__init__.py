"""The benchmark, `make bench`: ours and stock Rasa's beside each other, doing the same work in one run."""
