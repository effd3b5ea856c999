"""What was announced, told over HTTP to whoever asked for it, signed as Standard Webhooks has it (ADR 0029)."""
