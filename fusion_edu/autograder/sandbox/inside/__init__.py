"""What runs where submissions run. Nothing here may import a task, a reference or a loss; ``staging`` copies it into the sandbox."""
