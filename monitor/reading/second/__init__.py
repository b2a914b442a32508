"""A second opinion by a language model: what it is asked, what of its answer counts, and what that changes. Pure."""
