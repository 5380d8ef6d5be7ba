/**
 * The types that backend authors and embedders of Koi compile against. Requires java.base only; for
 * applications that have Jackson, annotations tell it how to write the model.
 */
@SuppressWarnings("module") // the others are not there when this module is compiled
module dev.koi.api {
  requires static com.fasterxml.jackson.annotation;

  exports dev.koi;
  exports dev.koi.spi;
  exports dev.koi.spi.rules to
      dev.koi.core,
      dev.koi.testkit;
  exports dev.koi.spi.support;
  exports dev.koi.spi.net to
      dev.koi.docker,
      dev.koi.fleet;
  exports dev.koi.text to
      dev.koi.core,
      dev.koi.docker,
      dev.koi.fleet,
      dev.koi.podman;
}
