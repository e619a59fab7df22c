"""What the commands of dev/ share. Standard library only."""
