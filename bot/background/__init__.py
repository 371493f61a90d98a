"""What runs beside the messages: training, hot issues, caches, reports, the clock's deeds."""
