"""Web pages for phones: a ticket's tracking page, look-up by number, rankings, 整改, 催办通知单, files.

`routes.add_pages` adds them to the application; everything they need is passed in.
"""
