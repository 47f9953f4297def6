"""Where submissions run: a host forks confined processes, which know inputs and no answers."""
