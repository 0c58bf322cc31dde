"""Who is who, in the database: mentions, joins, groups, ids, rows. `resolve` is the way in.

Each run takes in what changed objects say (`ingest`), finds the joins of the identities that this
touches (`joins`), groups anew what they reach (`groups`), places names (`placing`), gives ids
(`entities`) and writes the rows (`rows`). What is not reached stays as it is, and comes out the
same as if all were made anew.
"""
