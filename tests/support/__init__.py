"""What tests share: real services, databases, sample tickets, made-up towns."""
