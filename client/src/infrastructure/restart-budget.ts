// Limits restarts of a server that keeps dying.

/** Grants up to `limit` restarts within `windowMs` milliseconds. */
export class RestartBudget {
  private deaths: number[] = [];

  constructor(
    private readonly limit: number,
    private readonly windowMs: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** Records a death; true when another restart is still within the budget. */
  spend(): boolean {
    const time = this.now();
    this.deaths = this.deaths.filter((death) => time - death < this.windowMs);
    this.deaths.push(time);
    return this.deaths.length <= this.limit;
  }

  /** Forgets the past, because the user asked for a start. */
  reset(): void {
    this.deaths = [];
  }
}
