"""What the people in a room do together and what is no event of its record: one file for each tool."""
