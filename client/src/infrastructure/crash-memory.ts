// Remembers dumps on which the server died, so that none is read again without being asked for.

/** The part of `vscode.Memento` this needs. */
export interface Store {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

const key = 'vaquest.crashedOn';

// Old entries leave first; nobody has this many bad dumps at once.
const capacity = 50;

/** A bounded, stored set of dump addresses. */
export class CrashMemory {
  constructor(private readonly store: Store) {}

  has(dump: string): boolean {
    return this.read().includes(dump);
  }

  async add(dump: string): Promise<void> {
    const others = this.read().filter((item) => item !== dump);
    await this.store.update(key, [...others, dump].slice(-capacity));
  }

  async delete(dump: string): Promise<void> {
    if (this.has(dump)) {
      await this.store.update(
        key,
        this.read().filter((item) => item !== dump),
      );
    }
  }

  private read(): string[] {
    const value = this.store.get(key);
    return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
  }
}
