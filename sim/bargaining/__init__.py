"""How it is negotiated: pure functions on arrays with a leading axis of worlds or draws."""
