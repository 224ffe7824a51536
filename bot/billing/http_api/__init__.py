"""A company's own billing system, asked by the few signed calls of docs/billing-http.md."""
