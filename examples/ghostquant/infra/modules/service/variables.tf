variable "name" {
  type = string
}

variable "image" {
  type = string
}

variable "environment" {
  type = map(string)
}

variable "secrets" {
  type = map(string)
}
