"""How the department works: its services, people's time, service levels, board and work items.

Rule 1: nothing here touches a disk, a clock or a shell; what it needs comes in as an argument.
"""
