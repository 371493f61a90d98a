"""Notifications: who is told of an event, in which words, with which buttons, and how often."""
