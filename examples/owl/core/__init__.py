"""What the OWL actors share: the database, the words, the classifier."""
