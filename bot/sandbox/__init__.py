"""A whole fake WeChat: the platform's API and callbacks over a small world, and a page with phones to live in it."""
