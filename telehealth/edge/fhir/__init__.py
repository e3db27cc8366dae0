"""FHIR R4 (4.0.1): attendance as Encounters, one per client and session, read one by one, in bundles and in bulk."""
