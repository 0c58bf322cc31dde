"""The rehearsal cloud: moto, with what it lacks put right."""
