// The dumps that were opened last, so that they can be opened again from the view.
import type { Store } from '../../infrastructure/crash-memory';

const key = 'vaquest.recentDumps';

// More would not be read.
const capacity = 10;

/** A bounded, stored list of addresses, the newest first. */
export class RecentDumps {
  constructor(private readonly store: Store) {}

  get all(): readonly string[] {
    const value = this.store.get(key);
    return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string').slice(0, capacity) : [];
  }

  async add(dump: string): Promise<void> {
    if (this.all[0] !== dump) {
      await this.store.update(key, [dump, ...this.all.filter((item) => item !== dump)].slice(0, capacity));
    }
  }

  async remove(dump: string): Promise<void> {
    await this.store.update(
      key,
      this.all.filter((item) => item !== dump),
    );
  }
}
