"""A ticket as its readers see it: citizen, follower, official, the public."""
