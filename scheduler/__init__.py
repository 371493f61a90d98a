"""The clock: decides when a job runs and in which process. What a job does is handed in by `bot/background/deeds.py`."""
