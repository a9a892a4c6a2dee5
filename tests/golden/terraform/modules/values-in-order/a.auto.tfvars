a = "auto-a"
d = { x = 5, z = "dropped" }
