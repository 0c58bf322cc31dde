"""The rehearsal cloud: moto as a server, with what moto lacks put right, a module a correction.

A test double for the deployed template, never a production engine. Start at `server.py`.
"""
