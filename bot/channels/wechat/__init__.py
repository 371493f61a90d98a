"""WeChat official account: callbacks in, passive replies, API calls out. The envelope is shared with WeCom."""
