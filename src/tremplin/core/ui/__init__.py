"""The face: what pages are made of. Nothing in here knows a stage, a person or a cohort."""
