"""Scenarios of other origin: negotiation domains of the field's own platforms, read as data."""
