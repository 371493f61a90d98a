"""Messages on their way in: the door, the batch, the disk, the late answer."""
