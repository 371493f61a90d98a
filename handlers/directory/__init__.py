"""The directory of units and staff; absence, jurisdiction, and the routing of an appeal to a unit."""
