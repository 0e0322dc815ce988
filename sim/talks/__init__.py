"""How it is negotiated: a batch of worlds, session by session, and the time after a signature."""
