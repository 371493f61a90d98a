"""The platforms' protocols (WeChat official account, WeCom), and the port through which the worker sends."""
