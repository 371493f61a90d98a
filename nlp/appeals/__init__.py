"""What an appeal is about: category, kind, urgency, danger, secrets, keywords."""
