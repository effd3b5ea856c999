"""What an external auditor may open."""
