a = "tfvars"
c = ["3", 4]
