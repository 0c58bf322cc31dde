"""Two persons as a folder run finds them."""

ADA, BOB = "+12125550133", "+14155550133"  # Ada Byron's number, and Bob's
