"""A long run over a server on this machine: whatever goes wrong in it, nothing piles up."""
