"""Plans, assessments and notes."""
