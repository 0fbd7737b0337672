"""What a person does alone and many do together: take the best that is known, change it, keep what is better, hand it on."""
