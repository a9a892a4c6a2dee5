order = "first"
last = "first"
from_var = "first"
