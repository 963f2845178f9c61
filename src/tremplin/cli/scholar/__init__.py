"""The scholar's own machine: labs begun, checked and handed in. No Django, no settings of an installation.

`starting` lists labs and writes their files, `checking` runs the checks, `connecting` and `server` know the programme,
`waiting` keeps what could not be sent yet, `submitting` hands in, `standing` tells how things stand. `place` finds the
lab that is meant, `telling` prints, `words` has every sentence in both languages.
"""
