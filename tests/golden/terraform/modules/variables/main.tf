variable "from_var" {
  type    = string
  default = "default"
}

variable "list_from_var" {
  type = list(string)
}

variable "order" {
  default = "default"
}

variable "automatic" {
  default = "default"
}

variable "last" {
  default = "default"
}

variable "settings" {
  type = object({
    name    = string
    port    = optional(number, 5432)
    tags    = optional(map(string), { a = "b" })
    nested  = optional(object({ on = optional(bool, true), level = optional(string) }), {})
    ignored = optional(any)
  })
  default = { name = 7, extra = "dropped" }
}

variable "list" {
  type = list(object({ name = string, value = string, apply = optional(string, "immediate") }))
  default = [
    { name = "a", value = 1 },
    { name = "b", value = true, apply = null },
  ]
}

variable "set" {
  type    = set(string)
  default = ["b", "a", "b"]
}

variable "numbers" {
  type    = map(number)
  default = { a = "1", b = 2.50 }
}

variable "anything" {
  type    = list(any)
  default = ["a", 1]
}

variable "nothing" {
  type    = string
  default = null
}

variable "never_null" {
  type     = string
  nullable = false
  default  = "instead of null"
}


resource "terraform_data" "all" {
  input = {
    from_var      = var.from_var
    list_from_var = var.list_from_var
    order         = var.order
    automatic     = var.automatic
    last          = var.last
    settings      = var.settings
    list          = var.list
    set           = var.set
    numbers       = var.numbers
    anything      = var.anything
    nothing       = var.nothing
    never_null    = var.never_null
  }
}
