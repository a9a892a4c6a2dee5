variable "ports" {
  type    = list(string)
  default = []
}

variable "names" {
  type    = set(string)
  default = []
}

variable "apps" {
  type    = map(object({ id = string, size = optional(number, 1) }))
  default = {}
}

variable "sizes" {
  type    = map(string)
  default = {}
}

variable "filled" {
  type    = map(object({ id = string }))
  default = { a = { id = 1 } }
}

resource "terraform_data" "chosen" {
  input = {
    ports = length(var.ports) > 0 ? var.ports : [8080]
    names = length(var.names) > 0 ? var.names : [1, 2]
    sizes = length(var.sizes) > 0 ? var.sizes : { a = 1 }
  }
}

resource "terraform_data" "looked_up" {
  input = {
    app    = lookup(var.apps, "web", { id = 7, size = 2, extra = "dropped" })
    short  = try(lookup(var.apps, "web", { id = 7 }), "refused")
    size   = lookup(var.sizes, "web", 2)
    filled = lookup(var.filled, "b", { id = true, extra = "dropped" })
    loose  = lookup({ a = { id = 1 } }, "b", { id = 2, extra = "kept" })
  }
}

resource "terraform_data" "joined" {
  input = [concat(var.ports, [1]), merge(var.sizes, { a = 1 }), coalescelist(var.ports, [1]), setunion(var.names, [1])]
}
