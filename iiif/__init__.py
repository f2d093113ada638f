"""What the IIIF specifications say, as functions of values, and the pixels behind an image request."""
