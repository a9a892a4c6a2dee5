output "url_secret" {
  value = aws_secretsmanager_secret.url.arn
}
