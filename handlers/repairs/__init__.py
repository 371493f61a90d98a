"""Operators' repairs of stored tickets: cards given by a wrong clock, tickets that must be sealed, desks that must keep
away.
"""
