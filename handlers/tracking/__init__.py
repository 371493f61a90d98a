"""A ticket as its readers see it: the citizen, a follower, an official, the public."""
