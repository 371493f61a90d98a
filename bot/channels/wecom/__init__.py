"""WeCom's protocol: the same envelope as the official account's, with other events inside."""
