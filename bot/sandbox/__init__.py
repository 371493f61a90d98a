"""The sandbox: a simulated WeChat (API, callbacks, quotas, faults) and a page with phones to try the service."""
