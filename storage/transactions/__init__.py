"""Writing transactions: a batch of messages, a page of due tickets, the clock's part in 整改, repairs, directory."""
