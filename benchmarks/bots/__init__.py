"""The bots that the service is measured against, each a program that is given a port."""
