# The parent may give any variable a value, so the default of the module does not count.
include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "../../modules/database"
}

inputs = {
  name = "orders"
}
