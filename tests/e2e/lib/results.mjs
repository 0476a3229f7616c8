// Counts and prints what passed and what failed.

export class Results {
  passed = 0;
  failed = 0;
  skipped = 0;

  /** Runs one check; a thrown error is its failure. */
  async check(name, body) {
    const start = Date.now();
    try {
      await body();
      this.passed++;
      console.log(`ok      ${name} (${Date.now() - start} ms)`);
    } catch (error) {
      this.fail(name, error);
    }
  }

  fail(name, error) {
    this.failed++;
    console.log(`FAILED  ${name}: ${error instanceof Error ? error.message : error}`);
  }

  skip(reason) {
    this.skipped++;
    console.log(`SKIPPED: ${reason}`);
  }

  /** The plain last line. */
  summary() {
    return `${this.passed} passed, ${this.failed} failed` + (this.skipped > 0 ? `, ${this.skipped} skipped` : '');
  }
}
