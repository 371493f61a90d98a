"""The rules: what the service decides about tickets, citizens' messages, officials' commands and due dates. Pure: no
I/O.
"""
