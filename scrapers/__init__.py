"""From the web to an Article in the seed format. Knows nothing of meetings, logs or alerts."""
