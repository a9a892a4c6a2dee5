resource "aws_db_instance" "this" {
  engine = "postgres"
  engine_version = "15.4"
  storage_encrypted = true
}
