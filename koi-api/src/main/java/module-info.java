/** The types that backend authors and embedders of Koi compile against. Requires java.base only. */
@SuppressWarnings("module") // koi-core is not there when this module is compiled
module dev.koi.api {
  exports dev.koi;
  exports dev.koi.spi;
  exports dev.koi.spi.support;
  exports dev.koi.text to
      dev.koi.core;
}
