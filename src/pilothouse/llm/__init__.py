"""One door to model providers: one shape of request in, one stream of events out."""
