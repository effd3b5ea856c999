"""Who supports a participant, and how the case goes on."""
