"""Parley: odds of negotiation outcomes."""
