"""Who looks after whom, and what that brings: groups and cadres, needs, visits, promises, what enterprises say."""
