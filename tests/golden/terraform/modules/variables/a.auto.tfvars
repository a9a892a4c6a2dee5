automatic = "a.auto"
