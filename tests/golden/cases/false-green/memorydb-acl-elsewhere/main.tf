# The access list is made elsewhere: nobody knows here whom it lets in.
resource "aws_memorydb_cluster" "sessions" {
  name        = "sessions"
  node_type   = "db.t4g.small"
  acl_name    = "sessions"
  tls_enabled = true
}
