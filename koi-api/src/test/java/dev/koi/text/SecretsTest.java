package dev.koi.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SecretsTest {

  @Test
  void theValueOfASecretIsMasked() {
    assertThat(
            """
            password PASS DB_PASSWD PGPASSWORD dbPass2 passphrase MYSQL_PWD db.Secret secrets token
            x-TOKEN-y AUTH_TOKEN sessionToken1 credentials Authorization oauth2 m.basicauth.users
            apikey api-key api--key apiKeys APIKey API_KEY my.api.key private_key aws.accessKey
            TS_AUTHKEY"""
                .split("\\s+", -1))
        .allSatisfy(key -> assertThat(Secrets.masked(key, "hunter2")).isEqualTo("***"));
  }

  @Test
  void thePasswordOfAnAddressIsMasked() {
    assertThat(Secrets.masked("url", "a https://me:hunter2@host:1/x, amqp://:hunter2@h"))
        .isEqualTo("a https://me:***@host:1/x, amqp://:***@h");
    assertThat(Secrets.masked("url", "https://host:1/a@b http://[::1]:2/"))
        .isEqualTo("https://host:1/a@b http://[::1]:2/");
    String hostile = "://" + ":".repeat(1_000_000); // would keep a pattern that goes back for hours
    assertThat(Secrets.masked("url", hostile)).isEqualTo(hostile);
  }

  @Test
  void otherValuesAreShown() {
    assertThat(
            """
            koi.name org.opencontainers.image.authors author authority tls.passthrough passenger
            compass bypass secretary tokenizer tok.en api key keyboard capital apike monkey ..."""
                .split("\\s+", -1))
        .allSatisfy(key -> assertThat(Secrets.masked(key, "shown")).isEqualTo("shown"));
    assertThat(Secrets.masked("", "shown")).isEqualTo("shown");
  }
}
