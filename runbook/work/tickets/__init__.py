"""Speaks to the systems in which others keep their tickets: Jira, GitHub, GitLab, and whoever takes signed webhooks."""
