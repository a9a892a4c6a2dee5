
module "a" {
  source = "./m"
  list   = ["b", "a", "b"]
  set    = ["b", "a", "b"]
  map    = { x = 1, y = true }
  obj    = { name = "n", extra = "dropped", nested = [{ a = 1 }, {}] }
  tuple  = ["a", 1, true]
  num    = "42"
  nn     = null
  yes    = null
  any    = [1, "a"]
}
