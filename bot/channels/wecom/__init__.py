"""WeCom (企业微信): the official account's envelope with other events inside, and messages to members."""
