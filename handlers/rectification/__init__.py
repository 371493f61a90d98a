"""整改: what is put right for many at once: an item with a lead unit, measures, dates, evidence and a sign-off.

Like a ticket it is nothing but the sum of its events. It covers tickets; what happens to it is told to all of them.
"""
