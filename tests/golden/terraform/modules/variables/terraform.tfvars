order = "terraform.tfvars"
automatic = "terraform.tfvars"
