"""What an official's reply says, promises and leaves open."""
