"""The literature's own models of negotiated settlements, to stand beside Parley's odds."""
