package dev.koi.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password",
        "PASS",
        "DB_PASSWD",
        "PGPASSWORD",
        "dbPass2",
        "passphrase",
        "MYSQL_PWD",
        "db.Secret",
        "secrets",
        "token",
        "x-TOKEN-y",
        "AUTH_TOKEN",
        "sessionToken1",
        "credentials",
        "Authorization",
        "oauth2",
        "traefik.http.middlewares.m.basicauth.users",
        "apikey",
        "api-key",
        "api--key",
        "apiKeys",
        "APIKey",
        "API_KEY",
        "my.api.key",
        "private_key",
        "aws.accessKey",
        "TS_AUTHKEY"
      })
  void theValueOfASecretIsMasked(String key) {
    assertThat(Secrets.masked(key, "hunter2")).isEqualTo("***");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "koi.name",
        "org.opencontainers.image.authors",
        "author",
        "authority",
        "tls.passthrough",
        "passenger",
        "compass",
        "bypass",
        "secretary",
        "tokenizer",
        "tok.en",
        "api",
        "key",
        "keyboard",
        "capital",
        "apike",
        "monkey"
      })
  void otherValuesAreShown(String key) {
    assertThat(Secrets.masked(key, "shown")).isEqualTo("shown");
  }
}
