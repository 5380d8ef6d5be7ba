package dev.koi.cli.verify;

/** What was found does not follow the rule that is checked. */
final class BrokenRule extends Exception {

  private static final long serialVersionUID = 1;

  BrokenRule(String found) {
    super(found);
  }

  static void unless(boolean holds, String found) throws BrokenRule {
    if (!holds) {
      throw new BrokenRule(found);
    }
  }
}
