"""The pages that citizens open on their phones: one ticket's journey, the look-up by number, and the front page.

`routes.add_pages` is the one door; everything a page needs is handed to it.
"""
