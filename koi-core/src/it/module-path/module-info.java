module org.example.modular {
  requires dev.koi.core;
}
