"""Events that tell one happening: found by exact rules, each with its reason. `link` is the way in.

Most rules are equivalences, so an event has a mark a rule and equal marks are one happening
(`marks`). Two calls in two logs are one where their times differ by no more than clocks do; that is
no equivalence, so pairs are kept (`calls`). What marks and pairs tie together is one happening
(`groups`): only what a change reaches is grouped anew, and comes out as if all were.
"""
